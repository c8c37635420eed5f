insert into users (
    version, tag, rank, status, hold_kinds, next_change_at, holds, name, given_name, family_name, enrolment,
    workstations, sealed_cards, metadata, updated_at, active_at, device_added_at, email_confirmed_at, erased_at,
    seed, realm, id, number, folding, email_key, email, external_key, external_id, username_key, username,
    registered_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
