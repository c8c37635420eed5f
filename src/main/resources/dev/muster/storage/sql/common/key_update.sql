update api_key set
    name = ?, role = ?, scopes = ?, rank = ?, signs = ?, text_hash = ?, sealed_secret = ?, created_at = ?,
    expires_at = ?, revoked_at = ?, made_by_kind = ?, made_by = ?, made_through = ?,
    last_four = ?, addresses = ?, replaces = ?, mac = ?
where realm = ? and id = ?
