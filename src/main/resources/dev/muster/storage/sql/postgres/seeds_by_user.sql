select users.id, users.seed
from unnest(?::uuid[]) as needed (id)
join users on users.realm = ? and users.id = needed.id
