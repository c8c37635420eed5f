insert into session (realm, token_hash, operator, generation, begun_at, seen_at, mac)
values (?, ?, ?, ?, ?, ?, ?)
