insert into quota (realm, max_users, max_evidence_bytes, max_groups, max_policies, max_keys, max_requests, mac)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (realm) do update set
    max_users = excluded.max_users, max_evidence_bytes = excluded.max_evidence_bytes,
    max_groups = excluded.max_groups, max_policies = excluded.max_policies, max_keys = excluded.max_keys,
    max_requests = excluded.max_requests, mac = excluded.mac
