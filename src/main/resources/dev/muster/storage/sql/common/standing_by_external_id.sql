select id, version, holds
from users
where realm = ? and external_key = ?
