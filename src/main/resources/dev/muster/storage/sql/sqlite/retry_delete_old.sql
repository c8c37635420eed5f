delete from retry
where rowid in (
    select rowid
    from retry
    order by rowid
    limit ?
) and at < ?
