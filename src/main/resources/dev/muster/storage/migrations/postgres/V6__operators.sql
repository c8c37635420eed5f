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
