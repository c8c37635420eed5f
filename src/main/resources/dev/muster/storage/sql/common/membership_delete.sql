-- Written so that PostgreSQL reads the user's few rows instead of scanning all of a large group.
delete from membership
where realm = ? and user_id = ? and group_id is not distinct from ?
