select
    {users}
from unnest(?::bigint[], ?::text[]) as needed (realm, username_key)
cross join lateral (
    select *
    from users
    where users.realm = needed.realm and users.username_key = needed.username_key
    limit 1
) as users
