-- Directory tables: small, and unique across realms.
create table tenant (
    id uuid primary key,
    partner_id text collate "C" not null unique,
    name text not null,
    test_realm bigint not null,
    production_realm bigint not null,
    created_at bigint not null
);

create table realm (
    id bigint primary key,
    partner_id text collate "C" not null,
    environment smallint not null,
    wrapped_key bytea not null,
    unique (partner_id, environment)
);

-- Realm tables: every primary key and unique index begins with the realm. Instants are milliseconds since 1970.

-- A realm's last row is its present; its counters are numbers parted by commas.
create table batch (
    realm bigint not null,
    no bigint not null,
    txn uuid not null,
    first_seq bigint not null,
    last_seq bigint not null,
    head bytea not null,
    number bigint not null,
    counters text not null,
    at bigint not null,
    primary key (realm, no)
);

-- The *_key columns are folded, and are what is unique; the text as given stands beside them only where it differs.
-- status is the gravest stored hold's place in model.Status (6: active), hold_kinds the sum of HoldKind.bit().
create table users (
    realm bigint not null,
    id uuid not null,
    number bigint not null,
    version bigint not null,
    tag smallint not null,
    rank smallint not null,
    status smallint not null,
    hold_kinds smallint not null,
    next_change_at bigint,
    holds text,
    folding smallint not null,
    email_key text collate "C",
    email text,
    external_key text collate "C",
    external_id text,
    username_key text collate "C",
    username text,
    name text,
    given_name text,
    family_name text,
    enrolment text,
    workstations text,
    sealed_cards bytea,
    metadata text,
    registered_at bigint not null,
    updated_at bigint not null,
    active_at bigint,
    device_added_at bigint,
    email_confirmed_at bigint,
    erased_at bigint,
    seed bytea,
    primary key (realm, id)
) with (fillfactor = 90);

create unique index users_number on users (realm, number);
create unique index users_email on users (realm, email_key) where email_key is not null;
create unique index users_external on users (realm, external_key) where external_key is not null;
create unique index users_username on users (realm, username_key) where username_key is not null;
create index users_status on users (realm, status, number, hold_kinds) where status <> 6;
create index users_guests on users (realm, number) where tag <> 0;
create index users_ranks on users (realm, rank, number) where rank <> 0;
create index users_ends on users (realm, next_change_at) where next_change_at is not null;

create table journal (
    realm bigint not null,
    seq bigint not null,
    entry bytea not null,
    hash bytea not null,
    at bigint not null,
    actor_kind smallint not null,
    actor uuid not null,
    action text collate "C" not null,
    subject_type smallint not null,
    subject uuid not null,
    primary key (realm, seq)
);

create index journal_subject on journal (realm, subject, seq);

create table bar (
    realm bigint not null,
    fingerprint bytea not null,
    user_id uuid not null,
    primary key (realm, fingerprint)
);

create table card (
    realm bigint not null,
    fingerprint bytea not null,
    user_id uuid not null,
    primary key (realm, fingerprint, user_id)
);

create table api_key (
    realm bigint not null,
    id uuid not null,
    name text not null,
    role text,
    scopes integer not null,
    rank smallint not null,
    text_hash bytea not null,
    sealed_secret bytea not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    primary key (realm, id)
);

-- Kept apart from the keys, since it is not journalled and no lane waits for it.
create table key_use (
    realm bigint not null,
    key_id uuid not null,
    last_used_at bigint not null,
    primary key (realm, key_id)
);

create table operator (
    realm bigint not null,
    id uuid not null,
    folding smallint not null,
    username_key text collate "C" not null,
    username text not null,
    role text not null,
    password_hash text not null,
    generation bigint not null,
    created_at bigint not null,
    disabled_at bigint,
    seed bytea not null,
    primary key (realm, id)
);

create unique index operator_username on operator (realm, username_key);

create table retry (
    realm bigint not null,
    actor uuid not null,
    retry_key bytea not null,
    request bytea not null,
    seq bigint not null,
    at bigint not null,
    subject_type smallint not null,
    subject uuid not null,
    primary key (realm, actor, retry_key)
);

create index retry_at on retry (at);

create table checkpoint (
    realm bigint not null,
    seq bigint not null,
    at bigint not null,
    head bytea not null,
    line text not null,
    primary key (realm, seq, at)
);
