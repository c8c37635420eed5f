insert into policy (realm, id, name_key, name, description, resources, user_count, group_count, created_at, updated_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
