select belonging.user_id, found.id, found.name_key, found.name
from unnest(?::uuid[]) as needed (user_id)
cross join lateral (
    select membership.realm, membership.user_id, membership.group_id
    from membership
    where membership.realm = ? and membership.user_id = needed.user_id and membership.counts = true
    offset 0
) as belonging
cross join lateral (
    select user_group.id, user_group.name_key, user_group.name
    from user_group
    where user_group.realm = belonging.realm and user_group.id = belonging.group_id and user_group.deleted_at is null
    limit 1
) as found
