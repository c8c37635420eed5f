delete from policy
where realm = ? and id = ? and deleted_at is not null
