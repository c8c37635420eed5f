select
    {users}
from membership
cross join users
where membership.realm = ? and membership.group_id = ? and membership.counts = true
    and membership.number > ? and membership.number < ?
    and users.realm = membership.realm and users.number = membership.number
    and users.status between ? and ? and users.tag between ? and ?
    and users.rank between ? and ? and (users.hold_kinds & ?) = ?
order by membership.number
limit ? offset ?
