delete from webhook_open
where ctid = any (array(
    select ctid
    from webhook_open
    where state = {open.given_up} and since < ?
    order by since
    limit ?
))
