update token_family set spent = ?, ends_at = ?, mac = ?
where realm = ? and id = ? and mac = ?
