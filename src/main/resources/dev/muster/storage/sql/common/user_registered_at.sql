select registered_at
from users
where realm = ? and number = ?
