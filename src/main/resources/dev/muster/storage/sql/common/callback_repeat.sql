update callback set state = {callback.waiting}, due_at = ?, first_at = null where realm = ? and seq = ?
