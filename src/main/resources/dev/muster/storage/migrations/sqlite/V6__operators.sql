-- An invitation to choose a password: the SHA-256 of the token in the link, and when it expires. Both are null if there is
-- none. An operator who has not chosen a password yet has an empty password_hash. The row's mac covers both.
alter table operator add column invitation blob;
alter table operator add column invited_until integer;

-- Details of a session that operators see, and when and how its operator last proved their identity (the code of
-- model.credential.SignInMethod). id identifies the session without its token. The mac covers all columns except seen_at.
-- Sessions of an earlier version lack these columns, so their operators have to sign in again.
delete from session;
alter table session add column id blob;
alter table session add column proven_at integer;
alter table session add column proven_by integer;
alter table session add column address text;
alter table session add column browser text;

-- Submitted forms of the console, kept until their operator has signed in again or confirmed their identity. Sealed under
-- the realm's key. id_hash is the SHA-256 of the form's id.
create table kept_form (
    realm integer not null,
    id_hash blob not null,
    operator blob not null,
    sealed blob not null,
    kept_at integer not null,
    primary key (realm, id_hash)
) strict;

create index kept_form_operator on kept_form (realm, operator, kept_at);
create index kept_form_kept on kept_form (kept_at);

-- Statistics for the planner about the new table: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('kept_form', 'sqlite_autoindex_kept_form_1', '10000 10 1'),
    ('kept_form', 'kept_form_operator', '10000 10 3 1'),
    ('kept_form', 'kept_form_kept', '10000 1');

-- Single sign-on: the identity providers of a tenant, in its production realm. Lists are JSON: scopes, roles (each value
-- of the claim followed by its role), domains, break_glass. sealed_secret is the client secret, sealed under the realm's
-- key. mac covers the whole row.
create table sso_provider (
    realm integer not null,
    id blob not null,
    issuer text not null,
    client_id text not null,
    sealed_secret blob not null,
    scopes text,
    username_claim text not null,
    role_claim text not null,
    roles text,
    required integer not null,
    domains text,
    break_glass text,
    created_at integer not null,
    mac blob not null,
    primary key (realm, id)
) strict, without rowid;

-- The identity with which an identity provider signs an operator in; null for an operator with a password. The row's mac
-- covers both.
alter table operator add column sso_issuer text;
alter table operator add column sso_subject text;

-- Statistics for the planner about the new table: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values ('sso_provider', 'sso_provider', '1000 5 1');

analyze sqlite_schema;

-- API keys: the last four characters of the text, so that a key found in a file can be recognised (null for older keys);
-- the address ranges in CIDR notation, separated by spaces, from which it may be used (null for any); the key that it
-- replaces. The row's mac covers them.
alter table api_key add column last_four text;
alter table api_key add column addresses text;
alter table api_key add column replaces blob;

-- Which actions need approval by a second operator in a realm: a bit for each model.tenant.ApprovalRules.Action, and the
-- number of users above which a bulk change needs it (null for no limit). Without a row no action
-- needs approval. mac covers the whole row.
create table approval_rules (
    realm integer primary key,
    actions integer not null,
    bulk_threshold integer,
    mac blob not null
) strict;

-- Requests for approval. sealed is the requested commands, sealed under the key of the user they are about, or the realm's
-- own. version is the user's version at the time of the request; state is the code of model.Approval.State. mac covers
-- the whole row.
create table approval (
    realm integer not null,
    id blob not null,
    kind integer not null,
    user_id blob,
    version integer not null,
    requested_by_kind integer not null,
    requested_by blob not null,
    requested_through blob,
    requested_at integer not null,
    lapses_at integer not null,
    sealed blob not null,
    state integer not null,
    decided_by_kind integer,
    decided_by blob,
    decided_at integer,
    mac blob not null,
    primary key (realm, id)
) strict, without rowid;

create index approval_state on approval (realm, state, id);
create index approval_lapses on approval (lapses_at) where state = 0;
create index approval_user on approval (realm, user_id, id) where state = 0;

-- Statistics for the planner about the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('approval', 'approval', '100000 1000 1'),
    ('approval', 'approval_state', '100000 1000 250 1'),
    ('approval', 'approval_lapses', '1000 2'),
    ('approval', 'approval_user', '1000 50 2 1');

analyze sqlite_schema;

-- Passkeys of operators (WebAuthn). credential_id and public_key (COSE) are in Base64url. mac covers the whole row.
create table passkey (
    realm integer not null,
    id blob not null,
    operator blob not null,
    name text not null,
    credential_id text not null,
    public_key text not null,
    signature_count integer not null,
    created_at integer not null,
    last_used_at integer,
    mac blob not null,
    primary key (realm, id)
) strict, without rowid;

create index passkey_operator on passkey (realm, operator);
create index passkey_credential on passkey (realm, credential_id);

-- Challenges that a passkey has signed, so that none is accepted twice: their SHA-256.
create table passkey_challenge (
    realm integer not null,
    hash blob not null,
    used_at integer not null,
    primary key (realm, hash)
) strict, without rowid;

create index passkey_challenge_used on passkey_challenge (used_at);

-- Which operators of a realm must use a passkey: the names of their roles, separated by spaces. Without a row, passkeys
-- are optional. mac covers the whole row.
create table passkey_policy (
    realm integer primary key,
    required_for text not null,
    mac blob not null
) strict;

-- Statistics for the planner about the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('passkey', 'passkey', '10000 50 1'),
    ('passkey', 'passkey_operator', '10000 50 3 1'),
    ('passkey', 'passkey_credential', '10000 50 1 1'),
    ('passkey_challenge', 'passkey_challenge', '1000 10 1'),
    ('passkey_challenge', 'passkey_challenge_used', '1000 1 1 1');

analyze sqlite_schema;
