insert into policy (description, resources, user_count, group_count, updated_at, realm, id, name_key, name, created_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
