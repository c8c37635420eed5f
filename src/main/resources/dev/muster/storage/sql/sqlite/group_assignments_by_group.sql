select group_assignment.realm, group_assignment.policy_id, group_assignment.group_id
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join group_assignment
where group_assignment.realm = cast(realms.key as integer) and group_assignment.group_id = unhex(needed.value)
    and (
        select policy.deleted_at is null
        from policy
        where policy.realm = group_assignment.realm and policy.id = group_assignment.policy_id
    )
