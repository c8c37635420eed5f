select realm, evidence from job where realm in (?, ?) and evidence is not null
