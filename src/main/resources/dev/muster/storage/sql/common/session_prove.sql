update session set proven_at = ?, proven_by = ?, mac = ? where realm = ? and token_hash = ?
