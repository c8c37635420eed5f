-- state: 0 begun, 1 finished, 2 named by a job.
create table evidence (
    realm integer not null,
    id blob not null,
    begun_at integer not null,
    state integer not null,
    primary key (realm, id)
) strict, without rowid;

create index evidence_pending on evidence (begun_at) where state <> 2;

create table evidence_chunk (
    realm integer not null,
    id blob not null,
    no integer not null,
    sealed blob not null,
    primary key (realm, id, no)
) strict;
