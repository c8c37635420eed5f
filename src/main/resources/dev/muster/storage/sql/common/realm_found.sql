insert into realm (id, partner_id, environment, wrapped_key)
values (?, ?, ?, ?)
on conflict do nothing
