select last.realm, last.last_seq
from json_each(?) as needed
cross join batch as last
where last.realm = needed.value and last.no = (select max(batch.no) from batch where batch.realm = needed.value)
