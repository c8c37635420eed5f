update callback set state = ?, due_at = ?
where realm = ? and seq = ? and attempts = ? and state = {callback.waiting}
