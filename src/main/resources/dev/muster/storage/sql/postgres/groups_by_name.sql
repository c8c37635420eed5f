select
    {groups}
from unnest(?::bigint[], ?::text[]) as needed (realm, name_key)
cross join lateral (
    select *
    from user_group
    where user_group.realm = needed.realm and user_group.name_key = needed.name_key and user_group.deleted_at is null
    limit 1
) as user_group
