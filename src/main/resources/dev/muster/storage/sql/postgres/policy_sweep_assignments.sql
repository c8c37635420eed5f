delete from assignment
where ctid = any (array(
    select ctid
    from assignment
    where realm = ? and policy_id = ?
    limit ?
))
