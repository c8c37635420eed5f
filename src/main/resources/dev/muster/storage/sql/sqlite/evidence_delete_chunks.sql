delete from evidence_chunk
where rowid in (
    select rowid
    from evidence_chunk
    where realm = ? and id = ?
    limit ?
)
