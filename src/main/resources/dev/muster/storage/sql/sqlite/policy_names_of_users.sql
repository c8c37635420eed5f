select assignment.user_id, policy.id, policy.name_key, policy.name
from json_each(?) as needed
cross join assignment
cross join policy
where assignment.realm = ? and assignment.user_id = unhex(needed.value) and assignment.counts = true
    and policy.realm = assignment.realm and policy.id = assignment.policy_id and policy.deleted_at is null
