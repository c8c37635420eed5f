select needed.place, users.id, users.version, users.holds
from unnest(?::bigint[]) with ordinality as needed (number, place)
join users on users.realm = ? and users.number = needed.number
