select
    {users}
from users
where realm = ? and external_key = ?
