delete from group_assignment
where ctid = any (array(
    select ctid
    from group_assignment
    where realm = ? and policy_id = ?
    limit ?
))
