select
    {users}
from (
    select *
    from assignment
    where assignment.realm = ? and assignment.policy_id = ? and assignment.counts = true
        and assignment.number > ? and assignment.number < ?
    order by assignment.number
    offset 0
) as assignment
cross join lateral (
    select *
    from users
    where users.realm = assignment.realm and users.number = assignment.number
        and users.status between ? and ? and users.tag between ? and ?
        and users.rank between ? and ? and (users.hold_kinds & ?) = ?
    limit 1
) as users
order by assignment.number
limit ? offset ?
