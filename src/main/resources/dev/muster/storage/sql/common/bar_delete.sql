delete from bar
where realm = ? and fingerprint = ? and user_id = ?
