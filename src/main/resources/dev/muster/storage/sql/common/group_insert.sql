insert into user_group (realm, id, name_key, name, description, members, created_at, updated_at)
values (?, ?, ?, ?, ?, ?, ?, ?)
