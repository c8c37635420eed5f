-- Directory tables: small, and unique across realms.
create table tenant (
    id blob primary key,
    partner_id text not null unique,
    name text not null,
    test_realm integer not null,
    production_realm integer not null,
    created_at integer not null
) strict, without rowid;

create table realm (
    id integer primary key,
    partner_id text not null,
    environment integer not null,
    wrapped_key blob not null,
    unique (partner_id, environment)
) strict;

-- Tables of narrow rows have no rowid; wide rows in such a table would make it deep.

-- Realm tables: every primary key and unique index begins with the realm. Instants are milliseconds since 1970.

-- A realm's last row is its present; its counters are numbers parted by commas.
create table batch (
    realm integer not null,
    no integer not null,
    txn blob not null,
    first_seq integer not null,
    last_seq integer not null,
    head blob not null,
    number integer not null,
    counters text not null,
    at integer not null,
    primary key (realm, no)
) strict, without rowid;

-- The *_key columns are folded, and are what is unique; the text as given stands beside them only where it differs.
-- status is the gravest stored hold's place in model.Status (6: active), hold_kinds the sum of HoldKind.bit().
create table users (
    realm integer not null,
    id blob not null,
    number integer not null,
    version integer not null,
    tag integer not null,
    rank integer not null,
    status integer not null,
    hold_kinds integer not null,
    next_change_at integer,
    holds text,
    folding integer not null,
    email_key text,
    email text,
    external_key text,
    external_id text,
    username_key text,
    username text,
    name text,
    given_name text,
    family_name text,
    enrolment text,
    workstations text,
    sealed_cards blob,
    metadata text,
    registered_at integer not null,
    updated_at integer not null,
    active_at integer,
    device_added_at integer,
    email_confirmed_at integer,
    erased_at integer,
    seed blob,
    primary key (realm, id)
) strict;

create unique index users_number on users (realm, number);
create unique index users_email on users (realm, email_key) where email_key is not null;
create unique index users_external on users (realm, external_key) where external_key is not null;
create unique index users_username on users (realm, username_key) where username_key is not null;
create index users_status on users (realm, status, number, hold_kinds) where status <> 6;
create index users_guests on users (realm, number) where tag <> 0;
create index users_ranks on users (realm, rank, number) where rank <> 0;
create index users_ends on users (realm, next_change_at) where next_change_at is not null;

create table journal (
    realm integer not null,
    seq integer not null,
    entry blob not null,
    hash blob not null,
    at integer not null,
    actor_kind integer not null,
    actor blob not null,
    action text not null,
    subject_type integer not null,
    subject blob not null,
    primary key (realm, seq)
) strict;

create index journal_subject on journal (realm, subject, seq);

create table bar (
    realm integer not null,
    fingerprint blob not null,
    user_id blob not null,
    primary key (realm, fingerprint)
) strict, without rowid;

create table card (
    realm integer not null,
    fingerprint blob not null,
    user_id blob not null,
    primary key (realm, fingerprint, user_id)
) strict, without rowid;

create table api_key (
    realm integer not null,
    id blob not null,
    name text not null,
    role text,
    scopes integer not null,
    rank integer not null,
    text_hash blob not null,
    sealed_secret blob not null,
    created_at integer not null,
    expires_at integer,
    revoked_at integer,
    primary key (realm, id)
) strict;

-- Kept apart from the keys, since it is not journalled and no lane waits for it.
create table key_use (
    realm integer not null,
    key_id blob not null,
    last_used_at integer not null,
    primary key (realm, key_id)
) strict, without rowid;

create table operator (
    realm integer not null,
    id blob not null,
    folding integer not null,
    username_key text not null,
    username text not null,
    role text not null,
    password_hash text not null,
    generation integer not null,
    created_at integer not null,
    disabled_at integer,
    seed blob not null,
    primary key (realm, id)
) strict;

create unique index operator_username on operator (realm, username_key);

-- In order of rowid, so also of time: upkeep takes the oldest away without an index of its own.
create table retry (
    realm integer not null,
    actor blob not null,
    retry_key blob not null,
    request blob not null,
    seq integer not null,
    at integer not null,
    subject_type integer not null,
    subject blob not null,
    primary key (realm, actor, retry_key)
) strict;

create table checkpoint (
    realm integer not null,
    seq integer not null,
    at integer not null,
    head blob not null,
    line text not null,
    primary key (realm, seq, at)
) strict;

-- What the planner is to believe, for ever: the numbers of a database with one large realm among others. ANALYZE is
-- never run on tables. Without these rows a key that begins with the realm makes the planner scan whole realms.
analyze sqlite_schema;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('tenant', 'tenant', '10000 1'),
    ('tenant', 'sqlite_autoindex_tenant_2', '10000 1'),
    ('realm', 'sqlite_autoindex_realm_1', '20000 2 1'),
    ('batch', 'batch', '1000000 1000 1'),
    ('users', 'sqlite_autoindex_users_1', '1000000 100000 1'),
    ('users', 'users_number', '1000000 100000 1'),
    ('users', 'users_email', '1000000 100000 1'),
    ('users', 'users_external', '1000000 100000 1'),
    ('users', 'users_username', '1000000 100000 1'),
    ('users', 'users_status', '100000 10000 2000 1 1'),
    ('users', 'users_guests', '100000 10000 1'),
    ('users', 'users_ranks', '10000 1000 500 1'),
    ('users', 'users_ends', '10000 1000 1'),
    ('journal', 'sqlite_autoindex_journal_1', '10000000 1000000 1'),
    ('journal', 'journal_subject', '10000000 1000000 10 1'),
    ('bar', 'bar', '100000 10000 1'),
    ('card', 'card', '1000000 100000 2 1'),
    ('api_key', 'sqlite_autoindex_api_key_1', '100000 10 1'),
    ('key_use', 'key_use', '100000 10 1'),
    ('operator', 'sqlite_autoindex_operator_1', '100000 10 1'),
    ('operator', 'operator_username', '100000 10 1'),
    ('retry', 'sqlite_autoindex_retry_1', '1000000 100000 10000 1'),
    ('checkpoint', 'sqlite_autoindex_checkpoint_1', '1000000 1000 2 1');

analyze sqlite_schema;
