select needed.place, users.id, users.version, users.holds
from unnest(?::text[]) with ordinality as needed (username_key, place)
join users on users.realm = ? and users.username_key = needed.username_key
