insert into passkey (
    operator, name, credential_id, public_key, signature_count, created_at, last_used_at, mac, realm, id)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
