select
    passkey.realm, passkey.id, passkey.operator, passkey.name, passkey.credential_id, passkey.public_key,
    passkey.signature_count, passkey.created_at, passkey.last_used_at, passkey.mac
from passkey
where realm = ?
