select realm.id, last.last_seq, last.head
from realm
join batch as last on last.realm = realm.id
    and last.no = (select max(batch.no) from batch where batch.realm = realm.id)
where realm.id > ?
    and last.last_seq > 0
order by realm.id
limit ?
