select
    webhook_progress.realm, webhook_progress.webhook, webhook_progress.fence, webhook_progress.asked,
    webhook_progress.leased_by, coalesce(webhook_progress.leased_until, 0) < cast(unixepoch('subsec') * 1000 as integer)
from webhook
join webhook_progress on webhook_progress.realm = webhook.realm and webhook_progress.webhook = webhook.id
where webhook.state = {webhook.active}
    and webhook.realm not in (select id from realm where state <> {realm.open})
