select
    {policies}
from unnest(?::bigint[], ?::uuid[]) as needed (realm, id)
cross join lateral (
    select *
    from policy
    where policy.realm = needed.realm and policy.id = needed.id and policy.deleted_at is null
    limit 1
) as policy
