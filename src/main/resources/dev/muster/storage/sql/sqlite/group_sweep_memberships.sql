delete from membership
where (realm, user_id, group_id) in (
    select realm, user_id, group_id
    from membership
    where realm = ? and group_id = ?
    limit ?
)
