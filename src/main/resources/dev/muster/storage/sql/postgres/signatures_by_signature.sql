select found.realm, found.signature, found.request, found.at
from unnest(?::bigint[], ?::bytea[]) as needed (realm, signature)
cross join lateral (
    select *
    from signature
    where signature.realm = needed.realm and signature.signature = needed.signature
    limit 1
) as found
