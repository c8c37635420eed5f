-- Whether the realm is in this database, as a code of model.tenant.RealmState; 0 if it is. Lanes read it with the lock
-- that they take on the row.
alter table realm add column state smallint not null default 0;

-- Finds the few realms that background tasks leave alone.
create index realm_moving on realm (id) where state <> 0;
