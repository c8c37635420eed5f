update api_key set
    name = ?, role = ?, scopes = ?, rank = ?, signs = ?, text_hash = ?, sealed_secret = ?, created_at = ?,
    expires_at = ?, revoked_at = ?
where realm = ? and id = ?
