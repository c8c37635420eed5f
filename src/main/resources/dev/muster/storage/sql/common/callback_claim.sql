update callback set attempts = attempts + 1, due_at = ?, first_at = coalesce(first_at, ?)
where realm = ? and seq = ? and attempts = ? and state = {callback.waiting}
