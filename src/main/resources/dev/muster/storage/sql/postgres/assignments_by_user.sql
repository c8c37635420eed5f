select found.realm, found.user_id, found.policy_id, found.number, found.counts
from unnest(?::bigint[], ?::uuid[]) as needed (realm, user_id)
cross join lateral (
    select *
    from assignment
    where assignment.realm = needed.realm and assignment.user_id = needed.user_id
        and (
            select policy.deleted_at is null
            from policy
            where policy.realm = assignment.realm and policy.id = assignment.policy_id
        )
    offset 0
) as found
