select
    {groups}
from membership
cross join user_group
where membership.realm = ? and membership.user_id = ? and membership.counts = true
    and user_group.realm = membership.realm and user_group.id = membership.group_id and user_group.deleted_at is null
