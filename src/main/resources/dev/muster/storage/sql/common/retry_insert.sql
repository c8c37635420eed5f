insert into retry (realm, actor, retry_key, request, seq, at, subject_type, subject)
values (?, ?, ?, ?, ?, ?, ?, ?)
