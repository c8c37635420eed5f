-- A large realm's index for searches for a text: see storage.TextIndex. A posting says of three characters where they
-- stand in the texts of the users of one part of the realm, a stretch of numbers of 2 to the power of part_bits.
-- Up to `indexed` postings answer, but not for users in search_stale; up to `watched` a changed text makes its user
-- stale. turn changes with every write of upkeep, so that of two servers one gives way.
create table search_index (
    realm bigint primary key,
    part_bits smallint not null,
    watched bigint not null,
    indexed bigint not null,
    turn bigint not null
);

-- Places are packed already: to compress them would only cost time.
create table search_posting (
    realm bigint not null,
    part bigint not null,
    gram bigint not null,
    places bytea not null,
    primary key (realm, part, gram)
);

alter table search_posting alter column places set storage external;

-- version is the user's when the text last changed.
create table search_stale (
    realm bigint not null,
    number bigint not null,
    version bigint not null,
    primary key (realm, number)
);
