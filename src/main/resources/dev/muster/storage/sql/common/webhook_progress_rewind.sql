update webhook_progress set
    cursor = case when cursor > ? then ? else cursor end, beyond = null, fence = fence + 1,
    leased_by = null, leased_until = null
where realm = ?
