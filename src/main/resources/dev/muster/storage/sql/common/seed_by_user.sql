select seed
from users
where realm = ? and id = ?
