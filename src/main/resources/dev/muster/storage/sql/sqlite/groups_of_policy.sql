select
    {groups}
from group_assignment
cross join user_group
where group_assignment.realm = ? and group_assignment.policy_id = ?
    and user_group.realm = group_assignment.realm and user_group.id = group_assignment.group_id and user_group.deleted_at is null
