select count(*)
from (
    select 1
    from job
    where realm = ? and user_id = ? and number < ?
        and (1 << state) & ? <> 0 and review between ? and ?
    limit ?
) as counted
