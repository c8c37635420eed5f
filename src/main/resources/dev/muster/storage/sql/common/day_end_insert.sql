insert into day_end (realm, day, number, counters)
values (?, ?, ?, ?)
