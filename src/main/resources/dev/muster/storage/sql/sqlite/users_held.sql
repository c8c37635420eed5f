select
    {users}
from users
where realm = ? and status = 0 and status <> 6 and number > ? and number < ?
    and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
union all
select
    {users}
from users
where realm = ? and status = 1 and status <> 6 and number > ? and number < ?
    and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
union all
select
    {users}
from users
where realm = ? and status = 2 and status <> 6 and number > ? and number < ?
    and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
union all
select
    {users}
from users
where realm = ? and status = 3 and status <> 6 and number > ? and number < ?
    and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
union all
select
    {users}
from users
where realm = ? and status = 4 and status <> 6 and number > ? and number < ?
    and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
union all
select
    {users}
from users
where realm = ? and status = 5 and status <> 6 and number > ? and number < ?
    and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
order by number
limit ? offset ?
