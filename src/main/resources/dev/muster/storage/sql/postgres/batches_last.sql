select
    floor(extract(epoch from clock_timestamp()) * 1000)::bigint as clock, last.no is not null,
    needed.realm, last.no, last.txn, last.first_seq, last.last_seq, last.head, last.number, last.counters, last.at,
    quota.realm is not null, quota.max_users, quota.max_evidence_bytes, quota.max_groups, quota.max_policies,
    quota.max_keys, quota.max_requests, quota.mac
from unnest(?::bigint[]) as needed (realm)
left join lateral (
    select *
    from batch
    where batch.realm = needed.realm
    order by batch.no desc
    limit 1
) as last on true
left join lateral (
    select *
    from quota
    where quota.realm = needed.realm
    limit 1
) as quota on true
