delete from evidence_chunk where realm = ? and id = ?
