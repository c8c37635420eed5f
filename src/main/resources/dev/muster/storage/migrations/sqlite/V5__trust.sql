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

-- What root has set for a realm. A realm without a row has the defaults of the program.
create table quota (
    realm integer primary key,
    max_users integer not null,
    max_evidence_bytes integer not null,
    max_groups integer not null,
    max_policies integer not null,
    max_keys integer not null,
    max_requests integer not null
) strict;

-- From this version on, the counters of a batch end with how many groups, policies and unrevoked keys the realm has.
-- They are places 23 to 25 of model.Counters, so what an older batch lacks before them is filled with zeros.
update batch set counters =
    counters
    || replace(hex(zeroblob(max(0, 21 - (length(counters) - length(replace(counters, ',', '')))))), '00', ',0')
    || ',' || (select count(*) from user_group where user_group.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from policy where policy.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from api_key where api_key.realm = batch.realm and revoked_at is null)
where no = (select max(latest.no) from batch as latest where latest.realm = batch.realm);

-- A job has a key of its own, which follows from seed: destroying it makes the job's details and all that the journal
-- holds of it unreadable. Rows without a seed are older: their key is that of their user or, where the user was unknown
-- or realm_key is set, the realm's own.
-- user_print is a keyed fingerprint of the name under which the job was submitted, while it has no user: whoever
-- registers under that name becomes its user. It is empty where an older job named nobody.
alter table job add column seed blob;
alter table job add column realm_key integer not null default 0;
alter table job add column user_print blob;
alter table job add column erased_at integer;

create index job_user_print on job (realm, user_print) where user_print is not null;
create index job_unprinted on job (realm) where user_id is null and user_print is null and seed is null and sealed is not null;

-- What the planner is to believe of the new indexes: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('job', 'job_user_print', '100000 10000 2'),
    ('job', 'job_unprinted', '100 10');

analyze sqlite_schema;

-- A MAC under the realm's key over all that a key or an operator decides by. Null in rows that an earlier version wrote,
-- until the first start seals them; a row without one is not obeyed.
alter table api_key add column mac blob;
alter table operator add column mac blob;

-- When an operator was deleted. The row stays, so that the journal can be read and names who did what; the name is free.
alter table operator add column deleted_at integer;

drop index operator_username;
create unique index operator_username on operator (realm, username_key) where deleted_at is null;

insert into sqlite_stat1 (tbl, idx, stat) values ('operator', 'operator_username', '100000 10 1');

analyze sqlite_schema;
