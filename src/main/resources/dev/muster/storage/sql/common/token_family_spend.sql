insert into token_family (realm, id, spent, ends_at)
values (?, ?, ?, ?)
on conflict (realm, id) do update set spent = excluded.spent
where token_family.spent < excluded.spent and token_family.ended_at is null
