update operator set
    folding = ?, username_key = ?, username = ?, role = ?, password_hash = ?, generation = ?, created_at = ?,
    disabled_at = ?, deleted_at = ?, invitation = ?, invited_until = ?,
    made_by_kind = ?, made_by = ?, made_through = ?, sso_issuer = ?, sso_subject = ?, seed = ?, mac = ?
where realm = ? and id = ?
