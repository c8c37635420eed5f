select count(*) from webhook_attempt where realm = ? and webhook = ?
