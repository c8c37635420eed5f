-- Who created a key or an operator: the code of model.ActorRef.Kind, and the id. Null if it was created before this was
-- recorded. made_through is the key that an operator acted through.
alter table api_key add column made_by_kind smallint;
alter table api_key add column made_by uuid;
alter table api_key add column made_through uuid;
alter table operator add column made_by_kind smallint;
alter table operator add column made_by uuid;
alter table operator add column made_through uuid;

-- The tokens of one sign-in. Each refresh token has a number; those up to `spent` are used. The row is deleted when one is
-- used twice, and at ends_at, when the last of them expires: a token whose family has no row is refused. mac covers the
-- whole row, under the realm's key. Not journalled: a family has no more rights than its credential.
create table token_family (
    realm bigint not null,
    id uuid not null,
    spent bigint not null,
    ends_at bigint not null,
    mac bytea not null,
    primary key (realm, id)
);

create index token_family_ends on token_family (ends_at);

-- The quotas that root has set for a realm. Without a row the defaults in the code apply. mac covers the whole row,
-- under the realm's key.
create table quota (
    realm bigint primary key,
    max_users bigint not null,
    max_evidence_bytes bigint not null,
    max_groups bigint not null,
    max_policies bigint not null,
    max_keys bigint not null,
    max_requests bigint not null,
    mac bytea not null
);

-- From this version on, the counters of a batch end with the numbers of groups, policies and unrevoked keys of the realm.
-- They are positions 23 to 25 of the counters, so an older batch is padded with zeros before them.
update batch set counters =
    counters
    || repeat(',0', greatest(0, 21 - (length(counters) - length(replace(counters, ',', '')))))
    || ',' || (select count(*) from user_group where user_group.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from policy where policy.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from api_key where api_key.realm = batch.realm and revoked_at is null)
where no = (select max(latest.no) from batch as latest where latest.realm = batch.realm);

-- The bytes that each evidence file takes of a realm's quota: the announced length during the upload, then the actual
-- one. A sealed chunk is 29 bytes longer than the uploaded data.
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

-- Each job has its own key, derived from seed: destroying it makes the job's details and its journal entries unreadable.
-- Rows without a seed are older: their key is that of their user or, if the user was unknown or realm_key is set, the
-- realm's own.
-- user_print is a keyed fingerprint of the name under which the job was submitted, while it has no user: the job is assigned
-- to the user who registers under that name. It is empty if an older job named nobody.
alter table job add column seed bytea;
alter table job add column realm_key boolean not null default false;
alter table job add column user_print bytea;
alter table job add column erased_at bigint;

create index job_user_print on job (realm, user_print) where user_print is not null;
create index job_unprinted on job (realm) where user_id is null and user_print is null and seed is null and sealed is not null;

-- A MAC under the realm's key over all fields of a key or an operator that matter. Null in rows of an earlier version until
-- the first start adds it; a row without one has no effect.
alter table api_key add column mac bytea;
alter table operator add column mac bytea;

-- The version of model.SearchText that built the search index. An index of another version is not read and is rebuilt.
alter table search_index add column format smallint not null default 1;

-- When an operator was deleted. The row stays, so that the journal can still name them; the username is available.
alter table operator add column deleted_at bigint;

drop index operator_username;
create unique index operator_username on operator (realm, username_key) where deleted_at is null;

-- Sessions carry a MAC too. Older ones have none, so their operators have to sign in again.
delete from session;
alter table session add column mac bytea;
