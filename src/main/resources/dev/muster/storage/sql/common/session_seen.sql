update session set seen_at = ? where realm = ? and token_hash = ?
