delete from assignment
where realm = ? and user_id = ? and policy_id = ?
