delete from failure
where ctid = any (array(
    select ctid
    from failure
    where at < floor(extract(epoch from statement_timestamp()) * 1000)::bigint - ?
    order by at
    limit ?
))
