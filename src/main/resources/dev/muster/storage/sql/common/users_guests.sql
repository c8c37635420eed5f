select
    {users}
from users
where realm = ? and number > ? and number < ?
    and tag <> {tag.user}
    and status between ? and ? and tag between ? and ? and rank between ? and ? and (hold_kinds & ?) = ?
order by number
limit ? offset ?
