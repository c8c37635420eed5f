update webhook_progress set attempts = attempts + ? where realm = ? and webhook = ?
