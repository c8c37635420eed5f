select realm, id, no, sealed from evidence_chunk where realm = ? and id = ?
