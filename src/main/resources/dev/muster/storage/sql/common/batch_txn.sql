select txn from batch where realm = ? and no = ?
