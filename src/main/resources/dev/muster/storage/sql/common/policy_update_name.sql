update policy set name_key = ?, name = ?
where realm = ? and id = ?
