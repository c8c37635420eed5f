select operator, sealed, kept_at from kept_form where realm = ? and id_hash = ?
