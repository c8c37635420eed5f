delete from sso_provider where realm = ? and id = ?
