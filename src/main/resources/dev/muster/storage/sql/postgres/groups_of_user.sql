select
    {groups}
from membership
cross join lateral (
    select *
    from user_group
    where user_group.realm = membership.realm and user_group.id = membership.group_id and user_group.deleted_at is null
    limit 1
) as user_group
where membership.realm = ? and membership.user_id = ? and membership.counts = true
