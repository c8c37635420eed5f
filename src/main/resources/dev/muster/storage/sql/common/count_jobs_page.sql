select count(*)
from (
    select 1
    from job
    where realm = ? and number < ? and state <> {state.reserved}
    limit ?
) as counted
