insert into passkey_policy (realm, required_for, mac)
values (?, ?, ?)
on conflict (realm) do update set required_for = excluded.required_for, mac = excluded.mac
