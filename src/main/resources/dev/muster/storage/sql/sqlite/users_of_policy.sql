select
    {users}
from assignment
cross join users
where assignment.realm = ? and assignment.policy_id = ? and assignment.counts = true
    and assignment.number > ? and assignment.number < ?
    and users.realm = assignment.realm and users.number = assignment.number
    and users.status between ? and ? and users.tag between ? and ?
    and users.rank between ? and ? and (users.hold_kinds & ?) = ?
order by assignment.number
limit ? offset ?
