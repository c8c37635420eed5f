insert into bar (realm, fingerprint, user_id)
values (?, ?, ?)
on conflict (realm, fingerprint) do update
set user_id = excluded.user_id
