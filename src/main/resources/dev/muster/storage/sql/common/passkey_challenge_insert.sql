insert into passkey_challenge (realm, hash, used_at)
values (?, ?, ?)
on conflict (realm, hash) do nothing
