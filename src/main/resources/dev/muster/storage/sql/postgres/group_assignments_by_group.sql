select found.realm, found.policy_id, found.group_id
from unnest(?::bigint[], ?::uuid[]) as needed (realm, group_id)
cross join lateral (
    select *
    from group_assignment
    where group_assignment.realm = needed.realm and group_assignment.group_id = needed.group_id
        and (
            select policy.deleted_at is null
            from policy
            where policy.realm = group_assignment.realm and policy.id = group_assignment.policy_id
        )
    offset 0
) as found
