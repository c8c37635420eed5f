delete from passkey where realm = ? and id = ?
