select
    {policies}
from membership
cross join group_assignment
cross join policy
where membership.realm = ? and membership.user_id = ? and membership.counts = true
    and (
        select user_group.deleted_at is null
        from user_group
        where user_group.realm = membership.realm and user_group.id = membership.group_id
    )
    and group_assignment.realm = membership.realm and group_assignment.group_id = membership.group_id
    and policy.realm = group_assignment.realm and policy.id = group_assignment.policy_id
    and policy.deleted_at is null
