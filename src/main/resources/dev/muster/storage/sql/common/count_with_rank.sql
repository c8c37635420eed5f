select count(*)
from (
    select 1
    from users
    where realm = ? and number > ? and number < ?
        and rank = ? and rank <> {rank.regular}
        and status between ? and ? and tag between ? and ? and (hold_kinds & ?) = ?
    limit ?
) as counted
