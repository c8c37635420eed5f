select card.realm, card.fingerprint, card.user_id
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join card
where card.realm = cast(realms.key as integer) and card.fingerprint = unhex(needed.value)
