delete from webhook_open where realm = ? and webhook = ? and seq = ? and part = ? and asked = ?
