-- Single sign-on: the identity providers of a tenant, in its production realm. Lists are JSON: scopes, roles (each value
-- of the claim followed by its role), domains, break_glass. sealed_secret is the client's secret under the realm's own key.
-- mac covers the whole row, under the realm's key.
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

-- As whom an identity provider signs an operator in; null for an operator with a password. The MAC covers them.
alter table operator add column sso_issuer text;
alter table operator add column sso_subject text;

-- Statistics for the planner about the new table: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values ('sso_provider', 'sso_provider', '1000 5 1');

analyze sqlite_schema;
