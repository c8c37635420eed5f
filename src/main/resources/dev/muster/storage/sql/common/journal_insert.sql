insert into journal (realm, seq, entry, hash, at, actor_kind, actor, action, subject_type, subject)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
