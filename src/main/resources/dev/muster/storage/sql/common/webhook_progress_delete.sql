delete from webhook_progress where realm = ? and webhook = ?
