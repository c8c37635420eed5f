select
    last.realm, last.no, last.txn, last.first_seq, last.last_seq, last.head, last.number, last.counters, last.at,
    quota.realm is not null, quota.max_users, quota.max_evidence_bytes, quota.max_groups, quota.max_policies,
    quota.max_keys, quota.max_requests, quota.mac
from json_each(?) as needed
cross join batch as last
left join quota on quota.realm = last.realm
where last.realm = needed.value and last.no = (select max(batch.no) from batch where batch.realm = needed.value)
