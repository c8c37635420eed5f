insert into webhook (
    url, types, full_payload, description, strict_order, state, cause, state_since, sealed_secret, sealed_previous,
    previous_until, created_at, made_by_kind, made_by, made_through, mac, realm, id)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
