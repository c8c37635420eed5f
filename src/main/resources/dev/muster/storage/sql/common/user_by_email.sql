select
    {users}
from users
where realm = ? and email_key = ?
