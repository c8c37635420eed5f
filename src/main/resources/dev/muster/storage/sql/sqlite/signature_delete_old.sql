delete from signature
where at < ? and rowid in (
    select rowid
    from signature
    order by rowid
    limit ?
)
