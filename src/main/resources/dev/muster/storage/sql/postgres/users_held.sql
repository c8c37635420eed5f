{each hold}
(
    select
        {users}
    from users
    where realm = ? and status = {status.held} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
{union all}
order by number
limit ? offset ?
