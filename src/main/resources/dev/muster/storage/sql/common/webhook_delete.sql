delete from webhook where realm = ? and id = ?
