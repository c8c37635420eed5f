select
    {policies}
from assignment
cross join lateral (
    select *
    from policy
    where policy.realm = assignment.realm and policy.id = assignment.policy_id and policy.deleted_at is null
    limit 1
) as policy
where assignment.realm = ? and assignment.user_id = ? and assignment.counts = true
