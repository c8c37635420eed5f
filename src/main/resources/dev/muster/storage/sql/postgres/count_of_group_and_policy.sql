-- "is not distinct from" keeps PostgreSQL from scanning all of a large policy for each member.
select count(*)
from (
    select 1
    from (
        select *
        from membership
        where membership.realm = ? and membership.group_id = ? and membership.counts = true
            and membership.number > ? and membership.number < ?
            and (
                select assignment.counts
                from assignment
                where assignment.realm = membership.realm and assignment.user_id = membership.user_id
                    and assignment.policy_id is not distinct from ?
            )
        offset 0
    ) as membership
    cross join lateral (
        select 1
        from users
        where users.realm = membership.realm and users.number = membership.number
            and users.status between ? and ? and users.tag between ? and ?
            and users.rank between ? and ? and (users.hold_kinds & ?) = ?
        limit 1
    ) as found
    limit ?
) as counted
