select
    {users}
from membership
cross join users
where membership.realm = ? and membership.group_id = ? and membership.counts = true
    and membership.number > ? and membership.number < ?
    and (
        select assignment.counts
        from assignment
        where assignment.realm = membership.realm and assignment.user_id = membership.user_id
            and assignment.policy_id = ?
    )
    and users.realm = membership.realm and users.number = membership.number
    and users.status between ? and ? and users.tag between ? and ?
    and users.rank between ? and ? and (users.hold_kinds & ?) = ?
order by membership.number
limit ? offset ?
