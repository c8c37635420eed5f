delete from passkey_challenge where used_at < ?
