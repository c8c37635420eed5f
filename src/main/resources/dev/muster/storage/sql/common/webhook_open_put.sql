insert into webhook_open (
    realm, webhook, seq, part, asked, event, type, subject_type, subject, state, refusals, retry_at, since, status,
    error)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (realm, webhook, seq, part, asked) do update set
    state = excluded.state, refusals = excluded.refusals, retry_at = excluded.retry_at, status = excluded.status,
    error = excluded.error
