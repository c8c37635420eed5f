select realm, no, txn, first_seq, last_seq, head, number, counters, at
from batch
where realm = ?
order by no desc
limit 1
