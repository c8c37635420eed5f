delete from signature
where rowid in (
    select rowid
    from signature
    order by rowid
    limit ?
) and at < ?
