update webhook_progress set
    fence = fence + 1, leased_by = ?, leased_until = cast(unixepoch('subsec') * 1000 as integer) + 30000
where realm = ? and webhook = ? and fence = ?
    and (coalesce(leased_until, 0) < cast(unixepoch('subsec') * 1000 as integer) or leased_by = ?)
