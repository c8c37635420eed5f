delete from job
where realm = ? and id = ? and state = 0 and token_until < ?
