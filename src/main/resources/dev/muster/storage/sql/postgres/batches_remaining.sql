select
    needed.realm, coalesce(last.no, 0), coalesce(last.last_seq, 0), last.head, same.txn, entry.hash
from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as needed (realm, no, seq)
left join lateral (
    select batch.no, batch.last_seq, batch.head
    from batch
    where batch.realm = needed.realm
    order by batch.no desc
    limit 1
) as last on true
left join lateral (
    select batch.txn
    from batch
    where batch.realm = needed.realm and batch.no = needed.no
    limit 1
) as same on true
left join lateral (
    select journal.hash
    from journal
    where journal.realm = needed.realm and journal.seq = needed.seq
    limit 1
) as entry on true
