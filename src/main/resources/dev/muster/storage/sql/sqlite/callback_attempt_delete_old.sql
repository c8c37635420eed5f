delete from callback_attempt
where rowid in (
    select rowid
    from callback_attempt
    where at < ?
    order by at
    limit ?
)
