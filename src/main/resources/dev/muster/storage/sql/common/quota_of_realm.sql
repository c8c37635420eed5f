select max_users, max_evidence_bytes, max_groups, max_policies, max_keys, max_requests, mac
from quota
where realm = ?
