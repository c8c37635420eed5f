update policy set description = ?, resources = ?, user_count = ?, group_count = ?, updated_at = ?
where realm = ? and id = ?
