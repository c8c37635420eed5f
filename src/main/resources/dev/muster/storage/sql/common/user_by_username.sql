select
    {users}
from users
where realm = ? and username_key = ?
