select
    {users}
from users
where realm = ? and number = ?
