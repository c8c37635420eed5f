insert into evidence (realm, id, begun_at, state)
values (?, ?, ?, 0)
