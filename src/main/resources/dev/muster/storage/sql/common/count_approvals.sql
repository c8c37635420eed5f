select count(*)
from (
    select 1
    from approval
    where realm = ? and state >= ? and state <= ?
    limit ?
) as counted
