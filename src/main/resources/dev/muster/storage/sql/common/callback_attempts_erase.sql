delete from callback_attempt where realm = ? and job = ?
