select count(*)
from (
    select 1
    from policy
    where realm = ? and deleted_at is null
    limit ?
) as counted
