update evidence_use set bytes = bytes + ? - coalesce((
    select evidence.bytes
    from evidence
    where evidence.realm = ? and evidence.id = ?
), 0)
where realm = ?
