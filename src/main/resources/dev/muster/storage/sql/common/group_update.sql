update user_group set description = ?, members = ?, updated_at = ?
where realm = ? and id = ?
