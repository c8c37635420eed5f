delete from callback_attempt
where ctid = any (array(
    select ctid
    from callback_attempt
    where at < ?
    order by at
    limit ?
))
