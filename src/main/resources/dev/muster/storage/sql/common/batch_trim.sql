delete from batch
where realm = ? and no <= ?
