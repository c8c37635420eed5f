select realm, cast(sum(bytes) as bigint) as bytes
from evidence
where realm in (?, ?) and state <> {evidence.begun}
group by realm
