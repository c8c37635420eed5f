-- Whether requests may be signed with the key's secret.
alter table api_key add column signs integer not null default 1;

-- name_key is folded; it is null only within a transaction in which names change. What is deleted stays, without being
-- seen, until upkeep has taken away all that belongs to it; its name is free at once.
create table user_group (
    realm integer not null,
    id blob not null,
    name_key text,
    name text,
    description text,
    members integer not null,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    primary key (realm, id)
) strict;

create unique index user_group_name on user_group (realm, name_key) where deleted_at is null;
create index user_group_deleted on user_group (deleted_at) where deleted_at is not null;

create table policy (
    realm integer not null,
    id blob not null,
    name_key text,
    name text,
    description text,
    resources text,
    user_count integer not null,
    group_count integer not null,
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    primary key (realm, id)
) strict;

create unique index policy_name on policy (realm, name_key) where deleted_at is null;
create index policy_deleted on policy (deleted_at) where deleted_at is not null;

-- number is the user's. What does not count belongs to users who are removed.
create table membership (
    realm integer not null,
    user_id blob not null,
    group_id blob not null,
    number integer not null,
    counts integer not null,
    primary key (realm, user_id, group_id)
) strict, without rowid;

create index membership_of_group on membership (realm, group_id, counts, number);

create table assignment (
    realm integer not null,
    user_id blob not null,
    policy_id blob not null,
    number integer not null,
    counts integer not null,
    primary key (realm, user_id, policy_id)
) strict, without rowid;

create index assignment_of_policy on assignment (realm, policy_id, counts, number);

create table group_assignment (
    realm integer not null,
    policy_id blob not null,
    group_id blob not null,
    primary key (realm, policy_id, group_id)
) strict, without rowid;

create index group_assignment_of_group on group_assignment (realm, group_id, policy_id);

-- state: 0 only reserved, 1 awaits its verdict, from 2 on how it ended: 2 and the place in model.Outcome.
-- review is the place in Rows.JobRow.Review.
create table job (
    realm integer not null,
    id blob not null,
    job_id text not null,
    number integer not null,
    type integer not null,
    user_id blob,
    permitted integer not null,
    state integer not null,
    submitted_at integer,
    held_by integer,
    token blob,
    token_until integer,
    token_by_kind integer,
    token_by blob,
    given integer,
    confidence text,
    reason text,
    judged_at integer,
    review integer not null,
    reviewed_by_kind integer,
    reviewed_by blob,
    reviewed_at integer,
    evidence blob,
    evidence_size integer,
    evidence_sha256 blob,
    evidence_until integer,
    sealed blob,
    primary key (realm, id)
) strict;

create unique index job_job_id on job (realm, job_id);
create unique index job_number on job (realm, number) where state <> 0;
create index job_user on job (realm, user_id, number) where user_id is not null;
create index job_state on job (realm, state, number);
create index job_review on job (realm, review, number) where review <> 0;
create index job_evidence on job (realm, evidence) where evidence is not null;
create index job_evidence_due on job (evidence_until) where evidence is not null;
create index job_lapsing on job (token_until) where state = 0;

-- In order of rowid, so also of time, as retry is.
create table signature (
    realm integer not null,
    signature blob not null,
    request blob not null,
    at integer not null,
    primary key (realm, signature)
) strict;

-- What the planner is to believe of the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('user_group', 'sqlite_autoindex_user_group_1', '100000 1000 1'),
    ('user_group', 'user_group_name', '100000 1000 1'),
    ('user_group', 'user_group_deleted', '100 1'),
    ('policy', 'sqlite_autoindex_policy_1', '100000 1000 1'),
    ('policy', 'policy_name', '100000 1000 1'),
    ('policy', 'policy_deleted', '100 1'),
    ('membership', 'membership', '1000000 100000 3 1'),
    ('membership', 'membership_of_group', '1000000 100000 1000 900 1'),
    ('assignment', 'assignment', '1000000 100000 3 1'),
    ('assignment', 'assignment_of_policy', '1000000 100000 1000 900 1'),
    ('group_assignment', 'group_assignment', '100000 1000 5 1'),
    ('group_assignment', 'group_assignment_of_group', '100000 1000 5 1'),
    ('job', 'sqlite_autoindex_job_1', '1000000 100000 1'),
    ('job', 'job_job_id', '1000000 100000 1'),
    ('job', 'job_number', '1000000 100000 1'),
    ('job', 'job_user', '1000000 100000 5 1'),
    ('job', 'job_state', '1000000 100000 30000 1'),
    ('job', 'job_review', '10000 1000 500 1'),
    ('job', 'job_evidence', '1000000 100000 1'),
    ('job', 'job_evidence_due', '1000000 1'),
    ('job', 'job_lapsing', '1000 1'),
    ('signature', 'sqlite_autoindex_signature_1', '1000000 100000 1');

analyze sqlite_schema;
