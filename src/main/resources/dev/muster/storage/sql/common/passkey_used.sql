update passkey set signature_count = ?, last_used_at = ?, mac = ?
where realm = ? and id = ? and signature_count = ?
