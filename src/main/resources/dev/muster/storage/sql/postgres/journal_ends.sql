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
    and last.last_seq > 0
order by realm.id
limit ?
