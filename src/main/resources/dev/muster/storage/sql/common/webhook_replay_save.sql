update webhook_progress set replay_next = ? where realm = ? and webhook = ?
