insert into sso_provider (
    issuer, client_id, sealed_secret, scopes, username_claim, role_claim, roles, required, domains, break_glass,
    created_at, mac, realm, id)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
