-- API keys: the last four characters of the text, by which a key found in a file can be recognised (null for older keys);
-- the blocks of addresses in CIDR notation, separated by spaces, from which it may be used (null for any); the key that
-- it was made in place of. The row's mac covers them.
alter table api_key add column last_four text;
alter table api_key add column addresses text;
alter table api_key add column replaces blob;

-- What needs a second operator in a realm: a bit for each model.tenant.ApprovalRules.Action, and the number of users beyond
-- which a change of many at once does (null for no limit). Without a row nothing does. mac covers the whole row.
create table approval_rules (
    realm integer primary key,
    actions integer not null,
    bulk_threshold integer,
    mac blob not null
) strict;

-- Requests that need a second operator. sealed holds what was asked for, under the key of the user whom it is about, or
-- the realm's own. version is the user's when it was asked for; state is the code of model.Approval.State. mac covers the
-- whole row.
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

-- Statistics for the planner about the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('approval', 'approval', '100000 1000 1'),
    ('approval', 'approval_state', '100000 1000 250 1'),
    ('approval', 'approval_lapses', '1000 2');

analyze sqlite_schema;
