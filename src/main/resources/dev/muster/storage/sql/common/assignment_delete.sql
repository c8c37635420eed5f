-- Said so that PostgreSQL does not go through all of a large policy: it has few rows of the user to look at.
delete from assignment
where realm = ? and user_id = ? and policy_id is not distinct from ?
