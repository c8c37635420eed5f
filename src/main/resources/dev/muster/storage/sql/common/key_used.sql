insert into key_use (realm, key_id, last_used_at)
values (?, ?, ?)
on conflict (realm, key_id) do update set last_used_at = excluded.last_used_at
where excluded.last_used_at > key_use.last_used_at
