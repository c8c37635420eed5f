insert into token_family (realm, id, spent, ends_at, mac)
values (?, ?, ?, ?, ?)
