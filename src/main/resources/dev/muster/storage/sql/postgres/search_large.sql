select realm.id
from realm
cross join lateral (
    select batch.number
    from batch
    where batch.realm = realm.id
    order by batch.no desc
    limit 1
) as last
where realm.id > ? and last.number >= ?
order by realm.id
limit ?
