delete from batch
where realm = ? and no <= ? and at < ?
