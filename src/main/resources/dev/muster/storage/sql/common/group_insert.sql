insert into user_group (description, members, updated_at, realm, id, name_key, name, created_at)
values (?, ?, ?, ?, ?, ?, ?, ?)
