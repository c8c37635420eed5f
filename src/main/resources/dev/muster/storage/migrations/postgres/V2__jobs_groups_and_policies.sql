-- Whether requests may be signed with the key's secret.
alter table api_key add column signs boolean not null default true;

-- name_key is folded; it is null only within a transaction in which names change. What is deleted stays, without being
-- seen, until upkeep has taken away all that belongs to it; its name is free at once.
create table user_group (
    realm bigint not null,
    id uuid not null,
    name_key text collate "C",
    name text,
    description text,
    members bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    primary key (realm, id)
) with (fillfactor = 90);

create unique index user_group_name on user_group (realm, name_key) where deleted_at is null;
create index user_group_deleted on user_group (deleted_at) where deleted_at is not null;

create table policy (
    realm bigint not null,
    id uuid not null,
    name_key text collate "C",
    name text,
    description text,
    resources text,
    user_count bigint not null,
    group_count bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    primary key (realm, id)
) with (fillfactor = 90);

create unique index policy_name on policy (realm, name_key) where deleted_at is null;
create index policy_deleted on policy (deleted_at) where deleted_at is not null;

-- number is the user's. What does not count belongs to users who are removed.
create table membership (
    realm bigint not null,
    user_id uuid not null,
    group_id uuid not null,
    number bigint not null,
    counts boolean not null,
    primary key (realm, user_id, group_id)
);

create index membership_of_group on membership (realm, group_id, counts, number);

create table assignment (
    realm bigint not null,
    user_id uuid not null,
    policy_id uuid not null,
    number bigint not null,
    counts boolean not null,
    primary key (realm, user_id, policy_id)
);

create index assignment_of_policy on assignment (realm, policy_id, counts, number);

create table group_assignment (
    realm bigint not null,
    policy_id uuid not null,
    group_id uuid not null,
    primary key (realm, policy_id, group_id)
);

create index group_assignment_of_group on group_assignment (realm, group_id, policy_id);

-- state: 0 only reserved, 1 awaits its verdict, from 2 on how it ended: 2 and the place in model.Outcome.
-- review is the place in Rows.JobRow.Review.
create table job (
    realm bigint not null,
    id uuid not null,
    job_id text collate "C" not null,
    number bigint not null,
    type smallint not null,
    user_id uuid,
    permitted boolean not null,
    state smallint not null,
    submitted_at bigint,
    held_by smallint,
    token bytea,
    token_until bigint,
    token_by_kind smallint,
    token_by uuid,
    given smallint,
    confidence text,
    reason text,
    judged_at bigint,
    review smallint not null,
    reviewed_by_kind smallint,
    reviewed_by uuid,
    reviewed_at bigint,
    evidence uuid,
    evidence_size bigint,
    evidence_sha256 bytea,
    evidence_until bigint,
    sealed bytea,
    primary key (realm, id)
) with (fillfactor = 90);

create unique index job_job_id on job (realm, job_id);
create unique index job_number on job (realm, number) where state <> 0;
create index job_user on job (realm, user_id, number) where user_id is not null;
create index job_state on job (realm, state, number);
create index job_review on job (realm, review, number) where review <> 0;
create index job_evidence on job (realm, evidence) where evidence is not null;
create index job_evidence_due on job (evidence_until) where evidence is not null;
create index job_lapsing on job (token_until) where state = 0;

create table signature (
    realm bigint not null,
    signature bytea not null,
    request bytea not null,
    at bigint not null,
    primary key (realm, signature)
);

create index signature_at on signature (at);

-- Files that jobs name, in chunks. SQLite has them in a file of its own.
-- state: 0 begun, 1 finished, 2 named by a job.
create table evidence (
    realm bigint not null,
    id uuid not null,
    begun_at bigint not null,
    state smallint not null,
    primary key (realm, id)
);

create index evidence_pending on evidence (begun_at) where state <> 2;

create table evidence_chunk (
    realm bigint not null,
    id uuid not null,
    no integer not null,
    sealed bytea not null,
    primary key (realm, id, no)
);

-- What is sealed cannot be compressed.
alter table evidence_chunk alter column sealed set storage external;
