select users.id, users.seed
from json_each(?) as needed
cross join users
where users.realm = ? and users.id = unhex(needed.value)
