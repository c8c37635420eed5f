select count(*)
from (
    {each state}
    select number
    from job
    where realm = ? and state = ? and number < ?
    {union all}
    limit ?
) as counted
