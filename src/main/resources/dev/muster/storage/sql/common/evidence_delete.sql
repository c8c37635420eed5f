delete from evidence
where realm = ? and id = ?
