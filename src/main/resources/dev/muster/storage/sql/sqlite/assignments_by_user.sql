select assignment.realm, assignment.user_id, assignment.policy_id, assignment.number, assignment.counts
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join assignment
where assignment.realm = cast(realms.key as integer) and assignment.user_id = unhex(needed.value)
    and (
        select policy.deleted_at is null
        from policy
        where policy.realm = assignment.realm and policy.id = assignment.policy_id
    )
