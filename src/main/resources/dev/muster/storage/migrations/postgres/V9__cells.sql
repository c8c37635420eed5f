-- Whether the realm is in this database, as a code of model.tenant.RealmState; 0 if it is. Lanes read it with the lock
-- that they take on the row.
alter table realm add column state smallint not null default 0;

-- Finds the few realms that background tasks leave alone.
create index realm_moving on realm (id) where state <> 0;

-- The cells among which tenants are distributed: databases or schemas, each with the whole schema. The first cell has a
-- row for each of them. sealed_url is the JDBC URL, sealed under the key of the first cell's system realm; null in the
-- row of the database that the table is in, so that each database knows its name. state is the code of
-- storage.CellTables.State. No mac, because the URL is sealed together with the name, and a state only determines where
-- new tenants are created.
create table cell (
    name text collate "C" primary key,
    sealed_url bytea,
    state smallint not null,
    created_at bigint not null
);

create unique index cell_here on cell ((1)) where sealed_url is null;

-- In the first cell: the cell of each tenant. Tenants without a row are in the first cell. The partner id and the realms
-- are those of table tenant of that cell. No mac, because a wrong cell does not know the realm's keys, so whoever
-- alters a row can only have requests refused.
create table place (
    partner text collate "C" primary key,
    test_realm bigint not null unique,
    production_realm bigint not null unique,
    cell text collate "C" not null references cell
);

create index place_cell on place (cell);
