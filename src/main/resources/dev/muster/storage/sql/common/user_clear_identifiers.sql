update users set
    email_key = null, email = null, external_key = null, external_id = null, username_key = null,
    username = null
where realm = ? and id = ?
