delete from membership
where ctid = any (array(
    select ctid
    from membership
    where realm = ? and group_id = ?
    limit ?
))
