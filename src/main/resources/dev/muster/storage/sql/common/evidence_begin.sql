insert into evidence (realm, id, begun_at, state, bytes)
values (?, ?, ?, {evidence.begun}, ?)
