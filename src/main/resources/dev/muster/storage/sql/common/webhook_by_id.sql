select
    webhook.realm, webhook.id, webhook.url, webhook.types, webhook.full_payload, webhook.description,
    webhook.strict_order, webhook.state, webhook.cause, webhook.state_since, webhook.sealed_secret,
    webhook.sealed_previous, webhook.previous_until, webhook.created_at, webhook.made_by_kind, webhook.made_by,
    webhook.made_through, webhook.mac
from webhook
where realm = ? and id = ?
