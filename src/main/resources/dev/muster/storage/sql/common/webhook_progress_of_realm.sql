select realm, webhook, cursor, begun, fence, failures, retry_at, failing_since, last_success_at, last_attempt_at
from webhook_progress
where realm = ?
