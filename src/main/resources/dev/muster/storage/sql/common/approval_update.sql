update approval set
    kind = ?, user_id = ?, version = ?, requested_by_kind = ?, requested_by = ?, requested_through = ?,
    requested_at = ?, lapses_at = ?, sealed = ?, state = ?, decided_by_kind = ?, decided_by = ?, decided_at = ?,
    mac = ?
where realm = ? and id = ?
