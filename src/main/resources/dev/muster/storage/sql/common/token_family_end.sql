delete from token_family where realm = ? and id = ?
