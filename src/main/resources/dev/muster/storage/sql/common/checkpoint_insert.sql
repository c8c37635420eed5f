insert into checkpoint (realm, seq, head, at, line)
values (?, ?, ?, ?, ?)
on conflict do nothing
