update evidence_use set bytes = bytes + ?
where realm = ? and bytes + ? <= ?
