select count(*)
from (
    select number
    from job
    where realm = ? and state = ? and number < ?
    union all
    select number
    from job
    where realm = ? and state = ? and number < ?
    union all
    select number
    from job
    where realm = ? and state = ? and number < ?
    union all
    select number
    from job
    where realm = ? and state = ? and number < ?
    limit ?
) as counted
