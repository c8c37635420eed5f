delete from retry
where ctid = any (array(
    select ctid
    from retry
    where at < ?
    order by at
    limit ?
))
