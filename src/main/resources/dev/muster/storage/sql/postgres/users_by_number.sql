select
    {users}
from unnest(?::bigint[], ?::bigint[]) as needed (realm, number)
cross join lateral (
    select *
    from users
    where users.realm = needed.realm and users.number = needed.number
    limit 1
) as users
