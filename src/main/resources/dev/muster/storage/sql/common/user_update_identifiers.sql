update users set
    folding = ?, email_key = ?, email = ?, external_key = ?, external_id = ?, username_key = ?, username = ?
where realm = ? and id = ?
