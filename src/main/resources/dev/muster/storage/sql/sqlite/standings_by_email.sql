select needed.key + 1 as place, users.id, users.version, users.holds
from json_each(?) as needed
cross join users
where users.realm = ? and users.email_key = needed.value
