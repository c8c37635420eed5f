update user_group set name_key = ?, name = ?
where realm = ? and id = ?
