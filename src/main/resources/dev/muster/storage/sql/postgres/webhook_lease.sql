update webhook_progress set
    fence = fence + 1, leased_by = ?, leased_until = floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 30000
where realm = ? and webhook = ? and fence = ?
    and (coalesce(leased_until, 0) < floor(extract(epoch from clock_timestamp()) * 1000)::bigint or leased_by = ?)
