delete from evidence_chunk
where ctid = any (array(
    select ctid
    from evidence_chunk
    where realm = ? and id = ?
    limit ?
))
