select needed.place, found.id, found.version, found.holds
from unnest(?::text[]) with ordinality as needed (username_key, place)
cross join lateral (
    select users.id, users.version, users.holds
    from users
    where users.realm = ? and users.username_key = needed.username_key
    limit 1
) as found
