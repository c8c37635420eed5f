delete from group_assignment
where realm = ? and policy_id = ? and group_id = ?
