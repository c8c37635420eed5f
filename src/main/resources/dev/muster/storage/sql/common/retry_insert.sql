insert into retry (realm, actor, retry_key, request, seq, at, subject_type, subject)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (realm, actor, retry_key) do update
set request = excluded.request, seq = excluded.seq, at = excluded.at,
    subject_type = excluded.subject_type, subject = excluded.subject
