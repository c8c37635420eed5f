-- Whether the realm is in this database, as a code of model.tenant.RealmState; 0 if it is.
alter table realm add column state integer not null default 0;

-- Finds the few realms that background tasks leave alone.
create index realm_moving on realm (id) where state <> 0;

-- Planner statistics for the new index: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('realm', 'realm_moving', '2 1');

analyze sqlite_schema;
