insert into batch (realm, no, txn, first_seq, last_seq, head, number, counters, at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)
