select exists (
    select
    from pg_locks
    where locktype = 'advisory' and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and classid::bigint = ? and objid::bigint = ?)
