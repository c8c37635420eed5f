-- A large realm's index for searches for a text: see storage.TextIndex. A posting says of three characters where they
-- stand in the texts of the users of one part of the realm, a stretch of numbers of 2 to the power of part_bits.
-- Up to `indexed` postings answer, but not for users in search_stale; up to `watched` a changed text makes its user
-- stale. turn changes with every write of upkeep, so that of two servers one gives way.
create table search_index (
    realm integer primary key,
    part_bits integer not null,
    watched integer not null,
    indexed integer not null,
    turn integer not null
) strict;

create table search_posting (
    realm integer not null,
    part integer not null,
    gram integer not null,
    places blob not null,
    primary key (realm, part, gram)
) strict, without rowid;

-- version is the user's when the text last changed.
create table search_stale (
    realm integer not null,
    number integer not null,
    version integer not null,
    primary key (realm, number)
) strict, without rowid;

-- What the planner is to believe of the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('search_posting', 'search_posting', '10000000 1000000 10000 1'),
    ('search_stale', 'search_stale', '10000 1000 1');

analyze sqlite_schema;
