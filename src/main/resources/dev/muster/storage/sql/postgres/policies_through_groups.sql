select
    {policies}
from membership
cross join lateral (
    select group_assignment.realm, group_assignment.policy_id
    from group_assignment
    where group_assignment.realm = membership.realm and group_assignment.group_id = membership.group_id
    offset 0
) as given
cross join lateral (
    select *
    from policy
    where policy.realm = given.realm and policy.id = given.policy_id and policy.deleted_at is null
    limit 1
) as policy
where membership.realm = ? and membership.user_id = ? and membership.counts = true
    and (
        select user_group.deleted_at is null
        from user_group
        where user_group.realm = membership.realm and user_group.id = membership.group_id
    )
