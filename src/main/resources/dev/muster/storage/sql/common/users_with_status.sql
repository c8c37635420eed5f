select
    {users}
from users
where realm = ? and number > ? and number < ?
    and status = ? and status <> {status.active}
    and tag between ? and ? and rank between ? and ? and (hold_kinds & ?) = ?
order by number
limit ? offset ?
