select count(*)
from (
    select 1
    from user_group
    where realm = ? and deleted_at is null
    limit ?
) as counted
