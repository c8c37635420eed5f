insert into group_assignment (realm, policy_id, group_id)
values (?, ?, ?)
