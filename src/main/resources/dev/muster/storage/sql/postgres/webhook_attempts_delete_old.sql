delete from webhook_attempt
where ctid = any (array(
    select ctid
    from webhook_attempt
    where at < ?
    order by at
    limit ?
))
