update job set user_print = ?
where realm = ? and id = ? and user_id is null and user_print is null and seed is null
