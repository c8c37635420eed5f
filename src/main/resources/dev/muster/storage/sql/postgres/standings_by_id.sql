select needed.place, users.id, users.version, users.holds
from unnest(?::uuid[]) with ordinality as needed (id, place)
join users on users.realm = ? and users.id = needed.id
