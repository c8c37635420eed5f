insert into cell (name, sealed_url, state, created_at)
values (?, null, ?, ?)
on conflict do nothing
