update operator set
    folding = ?, username_key = ?, username = ?, role = ?, password_hash = ?, generation = ?, created_at = ?,
    disabled_at = ?, seed = ?
where realm = ? and id = ?
