select realm.id
from realm
join batch as last on last.realm = realm.id
    and last.no = (select max(batch.no) from batch where batch.realm = realm.id)
where realm.id > ? and last.number >= ?
    and realm.id not in (select id from realm where state <> {realm.open})
order by realm.id
limit ?
