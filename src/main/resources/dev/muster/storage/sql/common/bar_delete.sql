delete from bar
where realm = ? and fingerprint = ?
