select card.realm, card.fingerprint, card.user_id
from unnest(?::bigint[], ?::bytea[]) as needed (realm, fingerprint)
join card on card.realm = needed.realm and card.fingerprint = needed.fingerprint
