delete from webhook_open
where (realm, webhook, seq, part, asked) in (
    select realm, webhook, seq, part, asked
    from webhook_open
    where state = {open.given_up} and since < ?
    order by since
    limit ?
)
