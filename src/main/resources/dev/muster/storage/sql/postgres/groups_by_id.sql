select
    {groups}
from unnest(?::bigint[], ?::uuid[]) as needed (realm, id)
cross join lateral (
    select *
    from user_group
    where user_group.realm = needed.realm and user_group.id = needed.id and user_group.deleted_at is null
    limit 1
) as user_group
