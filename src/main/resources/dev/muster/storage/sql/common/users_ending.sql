select
    {users}
from users
where realm = ? and next_change_at >= ? and next_change_at < ? and next_change_at is not null
order by next_change_at
limit ?
