select
    {policies}
from unnest(?::bigint[], ?::text[]) as needed (realm, name_key)
cross join lateral (
    select *
    from policy
    where policy.realm = needed.realm and policy.name_key = needed.name_key and policy.deleted_at is null
    limit 1
) as policy
