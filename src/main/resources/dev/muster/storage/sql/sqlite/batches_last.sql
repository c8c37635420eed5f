select
    last.realm, last.no, last.txn, last.first_seq, last.last_seq, last.head, last.number, last.counters, last.at
from json_each(?) as needed
cross join batch as last
where last.realm = needed.value and last.no = (select max(batch.no) from batch where batch.realm = needed.value)
