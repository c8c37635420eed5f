select needed.place, found.id, found.version, found.holds
from unnest(?::bigint[]) with ordinality as needed (number, place)
cross join lateral (
    select users.id, users.version, users.holds
    from users
    where users.realm = ? and users.number = needed.number
    limit 1
) as found
