select
    cursor, beyond, failures, retry_at, failing_since, last_success_at, last_attempt_at, replay_next, replay_to
from webhook_progress
where realm = ? and webhook = ?
