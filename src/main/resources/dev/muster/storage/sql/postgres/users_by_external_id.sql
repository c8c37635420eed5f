select
    {users}
from unnest(?::bigint[], ?::text[]) as needed (realm, external_key)
cross join lateral (
    select *
    from users
    where users.realm = needed.realm and users.external_key = needed.external_key
    limit 1
) as users
