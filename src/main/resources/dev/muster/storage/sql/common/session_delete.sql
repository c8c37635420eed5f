delete from session where realm = ? and token_hash = ?
