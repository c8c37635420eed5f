select needed.place, users.id, users.version, users.holds
from unnest(?::text[]) with ordinality as needed (email_key, place)
join users on users.realm = ? and users.email_key = needed.email_key
