select needed.place, users.id, users.version, users.holds
from unnest(?::text[]) with ordinality as needed (external_key, place)
join users on users.realm = ? and users.external_key = needed.external_key
