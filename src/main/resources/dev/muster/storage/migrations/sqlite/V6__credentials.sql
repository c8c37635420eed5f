-- Who made a key or an operator: the place in model.ActorRef.Kind, and the id. Null where that was not kept yet.
-- made_through is the key that an operator acted through.
alter table api_key add column made_by_kind integer;
alter table api_key add column made_by blob;
alter table api_key add column made_through blob;
alter table operator add column made_by_kind integer;
alter table operator add column made_by blob;
alter table operator add column made_through blob;

-- The refresh tokens of one sign-in, from the first time that one is used. Each has a number; those up to `spent` are
-- used up. ended_at is set when one was used twice; at ends_at all of the family is over anyway. Not journalled: a
-- family can do no more than the credential behind it.
create table token_family (
    realm integer not null,
    id blob not null,
    spent integer not null,
    ends_at integer not null,
    ended_at integer,
    primary key (realm, id)
) strict, without rowid;

create index token_family_ends on token_family (ends_at);

-- What the planner is to believe of the new table: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('token_family', 'token_family', '10000 10 1'),
    ('token_family', 'token_family_ends', '10000 1');

analyze sqlite_schema;
