update webhook_progress set replay_next = null, replay_to = null where realm = ? and webhook = ?
