select count(*)
from (
    select 1
    from users
    where realm = ? and next_change_at >= ? and next_change_at < ? and next_change_at is not null
    limit ?
) as counted
