select count(*)
from (
    select 1
    from job
    where realm = ? and review = ? and review <> 0 and number < ?
        and (1 << state) & ? <> 0
    limit ?
) as counted
