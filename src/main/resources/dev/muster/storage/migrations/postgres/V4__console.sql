-- Who is signed in to the console. Of a session's token only the SHA-256 is kept. Not journalled: nobody's standing
-- depends on it.
create table session (
    realm bigint not null,
    token_hash bytea not null,
    operator uuid not null,
    generation bigint not null,
    begun_at bigint not null,
    seen_at bigint not null,
    primary key (realm, token_hash)
);

create index session_operator on session (realm, operator);
create index session_seen on session (seen_at);

-- What the last walk along a realm's journal found.
create table verification (
    realm bigint primary key,
    at bigint not null,
    entries bigint not null,
    head text not null,
    first_bad bigint,
    reason text
);

-- What the last batch of a day left: how the numbers of days are known. day counts from 1970, in UTC; counters are as in
-- batch. A day on which nothing was written has no row.
create table day_end (
    realm bigint not null,
    day bigint not null,
    number bigint not null,
    counters text not null,
    primary key (realm, day)
);
