select
    {users}
from users
where realm = ? and next_change_at is not null and next_change_at <= ?
order by next_change_at
limit ?
