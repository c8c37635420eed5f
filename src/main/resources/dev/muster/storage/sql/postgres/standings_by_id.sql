select needed.place, found.id, found.version, found.holds
from unnest(?::uuid[]) with ordinality as needed (id, place)
cross join lateral (
    select users.id, users.version, users.holds
    from users
    where users.realm = ? and users.id = needed.id
    limit 1
) as found
