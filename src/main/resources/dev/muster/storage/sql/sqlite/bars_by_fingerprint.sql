select bar.realm, bar.fingerprint, bar.user_id
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join bar
where bar.realm = cast(realms.key as integer) and bar.fingerprint = unhex(needed.value)
