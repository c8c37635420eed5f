insert into membership (realm, user_id, group_id, number, counts)
values (?, ?, ?, ?, ?)
