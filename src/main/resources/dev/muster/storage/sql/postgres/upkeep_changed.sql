select realm.id, last.last_seq, last.head
from realm
cross join lateral (
    select batch.last_seq, batch.head
    from batch
    where batch.realm = realm.id
    order by batch.no desc
    limit 1
) as last
where realm.id > ?
    and last.last_seq > coalesce((select max(checkpoint.seq) from checkpoint where checkpoint.realm = realm.id), 0)
order by realm.id
limit ?
