select id, version, holds
from users
where realm = ? and username_key = ?
