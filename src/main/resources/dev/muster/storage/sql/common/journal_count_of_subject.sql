select count(*)
from (
    select 1
    from journal
    where realm = ? and subject = ?
    limit ?
) as counted
