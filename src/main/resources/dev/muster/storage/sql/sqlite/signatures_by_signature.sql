select signature.realm, signature.signature, signature.request, signature.at
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join signature
where signature.realm = cast(realms.key as integer) and signature.signature = unhex(needed.value)
