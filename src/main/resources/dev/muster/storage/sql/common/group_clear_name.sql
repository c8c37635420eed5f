update user_group set name_key = null
where realm = ? and id = ?
