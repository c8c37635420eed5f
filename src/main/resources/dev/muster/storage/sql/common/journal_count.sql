select count(*)
from (
    select 1
    from journal
    where realm = ? and seq > ? and seq <= ?
        and (action = ? or (action > ? and action < ?))
        and actor between ? and ?
        and at >= ? and at < ?
    limit ?
) as counted
