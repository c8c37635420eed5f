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
    and realm.id not in (select id from realm where state <> {realm.open})
order by realm.id
limit ?
