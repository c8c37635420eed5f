select attempts from webhook_progress where realm = ? and webhook = ?
