-- Said so that PostgreSQL does not go through all of a large group: it has few rows of the user to look at.
delete from membership
where realm = ? and user_id = ? and group_id is not distinct from ?
