delete from kept_form where realm = ? and id_hash = ?
