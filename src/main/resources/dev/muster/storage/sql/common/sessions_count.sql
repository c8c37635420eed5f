select count(*) from session where realm = ? and operator = ?
