select needed.place, found.id, found.version, found.holds
from unnest(?::text[]) with ordinality as needed (external_key, place)
cross join lateral (
    select users.id, users.version, users.holds
    from users
    where users.realm = ? and users.external_key = needed.external_key
    limit 1
) as found
