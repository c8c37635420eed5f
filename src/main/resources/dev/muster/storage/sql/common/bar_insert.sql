insert into bar (realm, fingerprint, user_id)
values (?, ?, ?)
