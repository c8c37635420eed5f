select found.realm, found.fingerprint, found.user_id
from unnest(?::bigint[], ?::bytea[]) as needed (realm, fingerprint)
cross join lateral (
    select bar.realm, bar.fingerprint, bar.user_id
    from bar
    where bar.realm = needed.realm and bar.fingerprint = needed.fingerprint
    offset 0
) as found
