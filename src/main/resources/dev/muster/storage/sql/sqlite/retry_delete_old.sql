delete from retry
where at < ? and rowid in (
    select rowid
    from retry
    order by rowid
    limit ?
)
