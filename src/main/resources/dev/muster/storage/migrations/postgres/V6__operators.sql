-- An invitation to choose a password: the SHA-256 of the token in its link, and until when the link is good. Both null if
-- there is none. An operator who has not chosen a password yet has an empty password_hash. Both are under the row's mac.
alter table operator add column invitation bytea;
alter table operator add column invited_until bigint;

-- What an operator sees of a session, and when and how its operator last proved who they are (the code of
-- model.SignInMethod). id names the session where the token must not be shown. All of it is under the row's mac, except
-- seen_at as before. Sessions without them are of an earlier version: their operators have to sign in again.
delete from session;
alter table session add column id uuid;
alter table session add column proven_at bigint;
alter table session add column proven_by smallint;
alter table session add column address text;
alter table session add column browser text;

-- Forms of the console that wait for their operator to sign in again or to prove who they are. Sealed under the realm's
-- key; of the id in the address only the SHA-256 is kept.
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
-- of the claim followed by its role), domains, break_glass. sealed_secret is the client's secret under the realm's own key.
-- mac covers the whole row, under the realm's key.
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

-- As whom an identity provider signs an operator in; null for an operator with a password. The MAC covers them.
alter table operator add column sso_issuer text;
alter table operator add column sso_subject text;
