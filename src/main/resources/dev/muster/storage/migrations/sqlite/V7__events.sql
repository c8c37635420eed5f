-- Webhooks: endpoints that are told of a realm's events. types is a JSON list; state and cause are codes of
-- model.webhook.Webhook. sealed_secret and sealed_previous sign what is sent; they are sealed under the realm's key.
-- previous_until is when the previous secret stops signing. mac covers the whole row.
create table webhook (
    realm integer not null,
    id blob not null,
    url text not null,
    types text,
    full_payload integer not null,
    description text,
    strict_order integer not null,
    state integer not null,
    cause integer,
    state_since integer not null,
    sealed_secret blob not null,
    sealed_previous blob,
    previous_until integer,
    created_at integer not null,
    made_by_kind integer not null,
    made_by blob not null,
    made_through blob,
    mac blob not null,
    primary key (realm, id)
) strict;

-- How far each webhook has got: cursor is the number of the last entry before which nothing remains to be sent. fence is
-- raised by each change of the webhook and by each lease; a server writes only with the fence of its own lease.
-- failures counts the failed attempts since the last success, failing_since is when the first of them was. No mac: the
-- row changes with each delivery.
create table webhook_progress (
    realm integer not null,
    webhook blob not null,
    cursor integer not null,
    fence integer not null,
    leased_by blob,
    leased_until integer,
    failures integer not null,
    retry_at integer,
    failing_since integer,
    last_success_at integer,
    last_attempt_at integer,
    primary key (realm, webhook)
) strict, without rowid;

-- Statistics for the planner about the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('webhook', 'sqlite_autoindex_webhook_1', '1000 5 1'),
    ('webhook_progress', 'webhook_progress', '1000 5 1');

analyze sqlite_schema;
