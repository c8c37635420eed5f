update webhook_progress set asked = asked + 1 where realm = ? and webhook = ?
