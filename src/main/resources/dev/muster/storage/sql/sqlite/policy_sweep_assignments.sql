delete from assignment
where (realm, user_id, policy_id) in (
    select realm, user_id, policy_id
    from assignment
    where realm = ? and policy_id = ?
    limit ?
)
