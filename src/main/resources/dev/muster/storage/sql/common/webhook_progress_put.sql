insert into webhook_progress (realm, webhook, cursor, begun, fence, failures)
values (?, ?, ?, ?, 1, 0)
on conflict (realm, webhook) do update set
    cursor = case when ? then webhook_progress.cursor else excluded.cursor end,
    begun = case when ? then webhook_progress.begun else excluded.begun end,
    beyond = case when ? then webhook_progress.beyond end,
    replay_next = case when ? then webhook_progress.replay_next end,
    replay_to = case when ? then webhook_progress.replay_to end,
    fence = webhook_progress.fence + 1, leased_by = null, leased_until = null, failures = 0, retry_at = null,
    failing_since = null
