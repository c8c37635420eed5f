select count(*)
from (
    {each hold}
    select number
    from users
    where realm = ? and status = {status.held} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    {union all}
    limit ?
) as counted
