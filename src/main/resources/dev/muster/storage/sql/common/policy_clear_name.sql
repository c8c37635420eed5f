update policy set name_key = null
where realm = ? and id = ?
