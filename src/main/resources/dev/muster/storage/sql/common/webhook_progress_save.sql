update webhook_progress set
    cursor = ?, beyond = ?, failures = ?, retry_at = ?, failing_since = ?, last_success_at = ?, last_attempt_at = ?
where realm = ? and webhook = ? and fence = ?
