delete from webhook_attempt
where (realm, webhook, slot) in (
    select realm, webhook, slot
    from webhook_attempt
    where at < ?
    order by at
    limit ?
)
