delete from membership
where realm = ? and user_id = ? and group_id = ?
