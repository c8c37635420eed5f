select
    {groups}
from group_assignment
cross join lateral (
    select *
    from user_group
    where user_group.realm = group_assignment.realm and user_group.id = group_assignment.group_id and user_group.deleted_at is null
    limit 1
) as user_group
where group_assignment.realm = ? and group_assignment.policy_id = ?
