-- Written so that PostgreSQL reads the user's few rows instead of scanning all of a large policy.
delete from assignment
where realm = ? and user_id = ? and policy_id is not distinct from ?
