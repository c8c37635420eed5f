insert into job (
    number, type, user_id, permitted, state, submitted_at, held_by, token, token_until, token_by_kind, token_by,
    given, confidence, reason, judged_at, review, reviewed_by_kind, reviewed_by, reviewed_at, evidence,
    evidence_size, evidence_sha256, evidence_until, sealed, seed, realm_key, user_print, erased_at, realm, id,
    job_id)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
