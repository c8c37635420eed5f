select found.realm, found.fingerprint, found.user_id
from unnest(?::bigint[], ?::bytea[]) as needed (realm, fingerprint)
cross join lateral (
    select card.realm, card.fingerprint, card.user_id
    from card
    where card.realm = needed.realm and card.fingerprint = needed.fingerprint
    offset 0
) as found
