insert into card (realm, fingerprint, user_id)
values (?, ?, ?)
on conflict (realm, fingerprint, user_id) do nothing
