select found.id, found.seed
from unnest(?::uuid[]) as needed (id)
cross join lateral (
    select users.id, users.seed
    from users
    where users.realm = ? and users.id = needed.id
    limit 1
) as found
