select retry.realm, retry.actor, retry.retry_key, retry.request, retry.seq, retry.at, retry.subject_type, retry.subject
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join retry
where retry.realm = cast(realms.key as integer)
    and retry.actor = unhex(substr(needed.value, 1, 32)) and retry.retry_key = unhex(substr(needed.value, 33))
