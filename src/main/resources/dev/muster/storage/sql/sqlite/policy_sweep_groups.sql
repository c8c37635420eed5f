delete from group_assignment
where (realm, policy_id, group_id) in (
    select realm, policy_id, group_id
    from group_assignment
    where realm = ? and policy_id = ?
    limit ?
)
