select belonging.user_id, found.id, found.name_key, found.name
from unnest(?::uuid[]) as needed (user_id)
cross join lateral (
    select assignment.realm, assignment.user_id, assignment.policy_id
    from assignment
    where assignment.realm = ? and assignment.user_id = needed.user_id and assignment.counts = true
    offset 0
) as belonging
cross join lateral (
    select policy.id, policy.name_key, policy.name
    from policy
    where policy.realm = belonging.realm and policy.id = belonging.policy_id and policy.deleted_at is null
    limit 1
) as found
