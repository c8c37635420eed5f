insert into assignment (realm, user_id, policy_id, number, counts)
values (?, ?, ?, ?, ?)
