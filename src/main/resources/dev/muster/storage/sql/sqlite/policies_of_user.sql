select
    {policies}
from assignment
cross join policy
where assignment.realm = ? and assignment.user_id = ? and assignment.counts = true
    and policy.realm = assignment.realm and policy.id = assignment.policy_id and policy.deleted_at is null
