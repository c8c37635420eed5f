insert into chore_lease (name, holder, until, progress)
values (?, ?, floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 30000, 0)
on conflict (name) do update set holder = excluded.holder, until = excluded.until
where chore_lease.holder = excluded.holder
    or chore_lease.until < floor(extract(epoch from clock_timestamp()) * 1000)::bigint
    or chore_lease.until > floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 60000
