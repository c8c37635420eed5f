update webhook_progress set replay_next = ?, replay_to = ?, asked = asked + 1
where realm = ? and webhook = ? and replay_to is null
