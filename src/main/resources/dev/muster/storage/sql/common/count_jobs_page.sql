select count(*)
from (
    select 1
    from job
    where realm = ? and number < ? and state <> 0
    limit ?
) as counted
