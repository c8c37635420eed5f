delete from webhook_open where realm = ? and webhook = ?
