insert into kept_form (realm, id_hash, operator, sealed, kept_at) values (?, ?, ?, ?, ?)
