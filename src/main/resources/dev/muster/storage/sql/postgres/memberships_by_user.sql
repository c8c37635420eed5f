select found.realm, found.user_id, found.group_id, found.number, found.counts
from unnest(?::bigint[], ?::uuid[]) as needed (realm, user_id)
cross join lateral (
    select *
    from membership
    where membership.realm = needed.realm and membership.user_id = needed.user_id
        and (
            select user_group.deleted_at is null
            from user_group
            where user_group.realm = membership.realm and user_group.id = membership.group_id
        )
    offset 0
) as found
