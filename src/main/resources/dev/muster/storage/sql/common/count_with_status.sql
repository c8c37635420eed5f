select count(*)
from (
    select 1
    from users
    where realm = ? and number > ? and number < ?
        and status = ? and status <> {status.active}
        and tag between ? and ? and rank between ? and ? and (hold_kinds & ?) = ?
    limit ?
) as counted
