insert into users (
    realm, id, number, version, tag, rank, status, hold_kinds, next_change_at, holds, folding, email_key,
    email, external_key, external_id, username_key, username, name, given_name, family_name, enrolment,
    workstations, sealed_cards, metadata, registered_at, updated_at, active_at, device_added_at,
    email_confirmed_at, erased_at, seed)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
