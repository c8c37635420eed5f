delete from signature
where ctid = any (array(
    select ctid
    from signature
    where at < ?
    order by at
    limit ?
))
