select
    {users}
from unnest(?::bigint[], ?::uuid[]) as needed (realm, id)
cross join lateral (
    select *
    from users
    where users.realm = needed.realm and users.id = needed.id
    limit 1
) as users
