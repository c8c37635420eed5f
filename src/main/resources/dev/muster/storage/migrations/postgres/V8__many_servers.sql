-- Which server does a background task of all servers. A lease ends by itself when its server does not renew it. progress
-- is how far the task has come, in milliseconds since 1970; 0 if it has not been done yet.
create table chore_lease (
    name text primary key,
    holder uuid,
    until bigint not null,
    progress bigint not null
);

-- Finds the realms that have changed since an instant.
create index batch_at on batch (at);

-- How often an attempt to authenticate has failed lately, as counted by each server. subject is 0 and an address, or 1 and a
-- hash of a realm and a username. A name has no failures after a correct password. Rows are deleted after 20 minutes.
create table failure (
    subject bytea not null,
    server uuid not null,
    failures bigint not null,
    at bigint not null,
    primary key (subject, server)
);

create index failure_at on failure (at);
