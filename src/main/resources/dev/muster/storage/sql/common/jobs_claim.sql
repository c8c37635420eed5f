update job set user_id = ?, user_print = null, realm_key = (seed is null)
where realm = ? and user_print = ?
