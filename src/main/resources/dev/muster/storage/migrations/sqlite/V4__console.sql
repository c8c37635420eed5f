-- Who is signed in to the console. Of a session's token only the SHA-256 is kept. Not journalled: nobody's standing
-- depends on it.
create table session (
    realm integer not null,
    token_hash blob not null,
    operator blob not null,
    generation integer not null,
    begun_at integer not null,
    seen_at integer not null,
    primary key (realm, token_hash)
) strict, without rowid;

create index session_operator on session (realm, operator);
create index session_seen on session (seen_at);

-- What the last walk along a realm's journal found.
create table verification (
    realm integer primary key,
    at integer not null,
    entries integer not null,
    head text not null,
    first_bad integer,
    reason text
) strict;

-- What the last batch of a day left: how the numbers of days are known. day counts from 1970, in UTC; counters are as in
-- batch. A day on which nothing was written has no row.
create table day_end (
    realm integer not null,
    day integer not null,
    number integer not null,
    counters text not null,
    primary key (realm, day)
) strict, without rowid;

-- What the planner is to believe of the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('session', 'session', '10000 10 1'),
    ('session', 'session_operator', '10000 10 3'),
    ('session', 'session_seen', '10000 1'),
    ('day_end', 'day_end', '1000000 100 1');

analyze sqlite_schema;
