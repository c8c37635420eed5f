update webhook_progress set failures = 0, retry_at = null, asked = asked + 1
where realm = ? and webhook = ? and retry_at is not null
