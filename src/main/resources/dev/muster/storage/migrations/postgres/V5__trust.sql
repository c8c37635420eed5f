-- Who made a key or an operator: the place in model.ActorRef.Kind, and the id. Null where that was not kept yet.
-- made_through is the key that an operator acted through.
alter table api_key add column made_by_kind smallint;
alter table api_key add column made_by uuid;
alter table api_key add column made_through uuid;
alter table operator add column made_by_kind smallint;
alter table operator add column made_by uuid;
alter table operator add column made_through uuid;

-- The refresh tokens of one sign-in, from the first time that one is used. Each has a number; those up to `spent` are
-- used up. ended_at is set when one was used twice; at ends_at all of the family is over anyway. Not journalled: a
-- family can do no more than the credential behind it.
create table token_family (
    realm bigint not null,
    id uuid not null,
    spent bigint not null,
    ends_at bigint not null,
    ended_at bigint,
    primary key (realm, id)
);

create index token_family_ends on token_family (ends_at);

-- What root has set for a realm. A realm without a row has the defaults of the program.
create table quota (
    realm bigint primary key,
    max_users bigint not null,
    max_evidence_bytes bigint not null,
    max_groups bigint not null,
    max_policies bigint not null,
    max_keys bigint not null,
    max_requests bigint not null
);

-- From this version on, the counters of a batch end with how many groups, policies and unrevoked keys the realm has.
-- They are places 23 to 25 of model.Counters, so what an older batch lacks before them is filled with zeros.
update batch set counters =
    counters
    || repeat(',0', greatest(0, 21 - (length(counters) - length(replace(counters, ',', '')))))
    || ',' || (select count(*) from user_group where user_group.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from policy where policy.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from api_key where api_key.realm = batch.realm and revoked_at is null)
where no = (select max(latest.no) from batch as latest where latest.realm = batch.realm);

-- How many bytes of a realm's quota each piece of evidence takes up: what was announced while it is uploaded, then what
-- it has. A sealed chunk is 29 bytes longer than what was uploaded.
alter table evidence add column bytes bigint not null default 0;

update evidence set bytes = (
    select coalesce(sum(octet_length(sealed) - 29), 0)
    from evidence_chunk
    where evidence_chunk.realm = evidence.realm and evidence_chunk.id = evidence.id
);

create table evidence_use (
    realm bigint primary key,
    bytes bigint not null
);

insert into evidence_use (realm, bytes)
select realm, sum(bytes)
from evidence
group by realm;

-- A job has a key of its own, which follows from seed: destroying it makes the job's details and all that the journal
-- holds of it unreadable. Rows without a seed are older: their key is that of their user or, where the user was unknown
-- or realm_key is set, the realm's own.
-- user_print is a keyed fingerprint of the name under which the job was submitted, while it has no user: whoever
-- registers under that name becomes its user. It is empty where an older job named nobody.
alter table job add column seed bytea;
alter table job add column realm_key boolean not null default false;
alter table job add column user_print bytea;
alter table job add column erased_at bigint;

create index job_user_print on job (realm, user_print) where user_print is not null;
create index job_unprinted on job (realm) where user_id is null and user_print is null and seed is null and sealed is not null;

-- A MAC under the realm's key over all that a key or an operator decides by. Null in rows that an earlier version wrote,
-- until the first start seals them; a row without one is not obeyed.
alter table api_key add column mac bytea;
alter table operator add column mac bytea;

-- When an operator was deleted. The row stays, so that the journal can be read and names who did what; the name is free.
alter table operator add column deleted_at bigint;

drop index operator_username;
create unique index operator_username on operator (realm, username_key) where deleted_at is null;
