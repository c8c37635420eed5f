-- An invitation to choose a password: the SHA-256 of the token in the link, and when it expires. Both are null if there is
-- none. An operator who has not chosen a password yet has an empty password_hash. The row's mac covers both.
alter table operator add column invitation bytea;
alter table operator add column invited_until bigint;

-- Details of a session that operators see, and when and how its operator last proved their identity (the code of
-- model.credential.SignInMethod). id identifies the session without its token. The mac covers all columns except seen_at.
-- Sessions of an earlier version lack these columns, so their operators have to sign in again.
delete from session;
alter table session add column id uuid;
alter table session add column proven_at bigint;
alter table session add column proven_by smallint;
alter table session add column address text;
alter table session add column browser text;

-- Submitted forms of the console, kept until their operator has signed in again or confirmed their identity. Sealed under
-- the realm's key. id_hash is the SHA-256 of the form's id.
create table kept_form (
    realm bigint not null,
    id_hash bytea not null,
    operator uuid not null,
    sealed bytea not null,
    kept_at bigint not null,
    primary key (realm, id_hash)
);

create index kept_form_operator on kept_form (realm, operator, kept_at);
create index kept_form_kept on kept_form (kept_at);

-- Single sign-on: the identity providers of a tenant, in its production realm. Lists are JSON: scopes, roles (each value
-- of the claim followed by its role), domains, break_glass. sealed_secret is the client secret, sealed under the realm's
-- key. mac covers the whole row.
create table sso_provider (
    realm bigint not null,
    id uuid not null,
    issuer text not null,
    client_id text not null,
    sealed_secret bytea not null,
    scopes text,
    username_claim text not null,
    role_claim text not null,
    roles text,
    required boolean not null,
    domains text,
    break_glass text,
    created_at bigint not null,
    mac bytea not null,
    primary key (realm, id)
);

-- The identity with which an identity provider signs an operator in; null for an operator with a password. The row's mac
-- covers both.
alter table operator add column sso_issuer text;
alter table operator add column sso_subject text;

-- API keys: the last four characters of the text, so that a key found in a file can be recognised (null for older keys);
-- the address ranges in CIDR notation, separated by spaces, from which it may be used (null for any); the key that it
-- replaces. The row's mac covers them.
alter table api_key add column last_four text;
alter table api_key add column addresses text;
alter table api_key add column replaces uuid;

-- Which actions need approval by a second operator in a realm: a bit for each model.tenant.ApprovalRules.Action, and the
-- number of users above which a bulk change needs it (null for no limit). Without a row no action
-- needs approval. mac covers the whole row.
create table approval_rules (
    realm bigint primary key,
    actions integer not null,
    bulk_threshold integer,
    mac bytea not null
);

-- Requests for approval. sealed is the requested commands, sealed under the key of the user they are about, or the realm's
-- own. version is the user's version at the time of the request; state is the code of model.Approval.State. mac covers
-- the whole row.
create table approval (
    realm bigint not null,
    id uuid not null,
    kind integer not null,
    user_id uuid,
    version bigint not null,
    requested_by_kind integer not null,
    requested_by uuid not null,
    requested_through uuid,
    requested_at bigint not null,
    lapses_at bigint not null,
    sealed bytea not null,
    state integer not null,
    decided_by_kind integer,
    decided_by uuid,
    decided_at bigint,
    mac bytea not null,
    primary key (realm, id)
);

create index approval_state on approval (realm, state, id);
create index approval_lapses on approval (lapses_at) where state = 0;
create index approval_user on approval (realm, user_id, id) where state = 0;

-- Passkeys of operators (WebAuthn). credential_id and public_key (COSE) are in Base64url. mac covers the whole row.
create table passkey (
    realm bigint not null,
    id uuid not null,
    operator uuid not null,
    name text not null,
    credential_id text not null,
    public_key text not null,
    signature_count bigint not null,
    created_at bigint not null,
    last_used_at bigint,
    mac bytea not null,
    primary key (realm, id)
);

create index passkey_operator on passkey (realm, operator);
create index passkey_credential on passkey (realm, credential_id);

-- Challenges that a passkey has signed, so that none is accepted twice: their SHA-256.
create table passkey_challenge (
    realm bigint not null,
    hash bytea not null,
    used_at bigint not null,
    primary key (realm, hash)
);

create index passkey_challenge_used on passkey_challenge (used_at);

-- Which operators of a realm must use a passkey: the names of their roles, separated by spaces. Without a row, passkeys
-- are optional. mac covers the whole row.
create table passkey_policy (
    realm bigint primary key,
    required_for text not null,
    mac bytea not null
);
