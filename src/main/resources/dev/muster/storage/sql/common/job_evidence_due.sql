select realm, id, evidence
from job
where evidence is not null and evidence_until <= ?
    and realm not in (select id from realm where state <> {realm.open})
order by evidence_until
limit ?
