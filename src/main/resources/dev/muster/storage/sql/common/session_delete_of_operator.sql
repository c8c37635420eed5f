delete from session where realm = ? and operator = ?
