(
    select
        {users}
    from users
    where realm = ? and status = {status.barred} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
union all
(
    select
        {users}
    from users
    where realm = ? and status = {status.removed} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
union all
(
    select
        {users}
    from users
    where realm = ? and status = {status.blocked} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
union all
(
    select
        {users}
    from users
    where realm = ? and status = {status.suspended} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
union all
(
    select
        {users}
    from users
    where realm = ? and status = {status.deactivated} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
union all
(
    select
        {users}
    from users
    where realm = ? and status = {status.fraud} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    order by number
    limit ?
)
order by number
limit ? offset ?
