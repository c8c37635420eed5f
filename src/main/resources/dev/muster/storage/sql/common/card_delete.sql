delete from card
where realm = ? and fingerprint = ? and user_id = ?
