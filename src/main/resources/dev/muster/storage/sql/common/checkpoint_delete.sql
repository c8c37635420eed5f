delete from checkpoint
where realm = ? and seq = ? and at = ?
