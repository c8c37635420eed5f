-- Webhooks: endpoints that are notified of a realm's events. types is a JSON list; state and cause are codes of
-- model.webhook.Webhook. sealed_secret and sealed_previous are the signing secrets, sealed under the realm's key.
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

-- The progress of each webhook. cursor is the number of the last entry up to which everything has been sent or set
-- aside; begun is the cursor when the webhook was created or last resumed at another entry. fence is raised by each
-- change of the webhook and by each lease; a server writes only with the fence of its own lease. failures counts the
-- failed attempts since the last success, and failing_since is the time of the first of them. beyond has two bits for
-- each entry after the cursor, set for events that are settled. attempts numbers the rows of webhook_attempt. asked is
-- raised by each request to resend something or to end a pause; replay_next to replay_to are the entries left to
-- replay. No mac, because the row changes with each delivery.
create table webhook_progress (
    realm integer not null,
    webhook blob not null,
    cursor integer not null,
    begun integer not null default 0,
    fence integer not null,
    leased_by blob,
    leased_until integer,
    failures integer not null,
    retry_at integer,
    failing_since integer,
    last_success_at integer,
    last_attempt_at integer,
    beyond blob,
    attempts integer not null default 0,
    asked integer not null default 0,
    replay_next integer,
    replay_to integer,
    primary key (realm, webhook)
) strict, without rowid;

create index webhook_active on webhook (realm, id) where state = 0;
create index webhook_leased on webhook_progress (leased_by) where leased_by is not null;

-- Events that are set aside: the cursor of a webhook has passed them, and they will be sent later or were given up.
-- part is 1 for the user.standing.changed after an entry; asked is true if the event is sent independently of the
-- order. state is the code of storage.DeliveryTables.OpenRow.State.
create table webhook_open (
    realm integer not null,
    webhook blob not null,
    seq integer not null,
    part integer not null,
    asked integer not null,
    event text not null,
    type text not null,
    subject_type integer not null,
    subject blob not null,
    state integer not null,
    refusals integer not null,
    retry_at integer,
    since integer not null,
    status integer,
    error text,
    primary key (realm, webhook, seq, part, asked)
) strict, without rowid;

create index webhook_open_given_up on webhook_open (since) where state = 2;

-- The latest attempts to send something to a webhook. slot is the attempt's number modulo the number of attempts kept,
-- so that a new attempt replaces the oldest. outcome is the code of directory.delivery.DeliveryOutcome. sealed_reply is
-- the beginning of the response body, sealed under the realm's key.
create table webhook_attempt (
    realm integer not null,
    webhook blob not null,
    slot integer not null,
    no integer not null,
    event text not null,
    type text not null,
    at integer not null,
    outcome integer not null,
    status integer,
    millis integer not null,
    error text,
    sealed_reply blob,
    primary key (realm, webhook, slot)
) strict, without rowid;

create index webhook_attempt_at on webhook_attempt (at);

-- Planner statistics for the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('webhook', 'sqlite_autoindex_webhook_1', '1000 5 1'),
    ('webhook', 'webhook_active', '1000 5 1'),
    ('webhook_progress', 'webhook_progress', '1000 5 1'),
    ('webhook_progress', 'webhook_leased', '1000 500'),
    ('webhook_open', 'webhook_open', '10000 100 20 2 1 1'),
    ('webhook_open', 'webhook_open_given_up', '1000 1'),
    ('webhook_attempt', 'webhook_attempt', '100000 5000 1000 1'),
    ('webhook_attempt', 'webhook_attempt_at', '100000 2');

analyze sqlite_schema;

-- Job results that are sent to the job's callback address: one row for each journal entry job.completed (seq) that
-- changes the outcome. The content comes from the entry and the sealed job. state is the code of
-- model.job.Callback.State. attempts counts the attempts that were started, and is the fence of a claim: a server
-- records an attempt only while it is the last one. due_at is null once there is nothing left to send. No mac, because
-- a row determines neither the content nor the address.
create table callback (
    realm integer not null,
    seq integer not null,
    job blob not null,
    state integer not null,
    attempts integer not null,
    due_at integer,
    first_at integer,
    primary key (realm, seq)
) strict, without rowid;

create index callback_job on callback (realm, job, seq);
create index callback_due on callback (realm, due_at) where due_at is not null;

-- Attempts to send a result, kept for 30 days; those of an erased job are deleted. sealed_reply is the beginning of the
-- response body, sealed under the realm's key because it may contain anything.
create table callback_attempt (
    realm integer not null,
    seq integer not null,
    no integer not null,
    job blob not null,
    at integer not null,
    millis integer not null,
    status integer,
    sealed_reply blob,
    error text,
    primary key (realm, seq, no)
) strict;

create index callback_attempt_job on callback_attempt (realm, job, seq, no);
create index callback_attempt_at on callback_attempt (at);

-- Planner statistics for the new tables: see the first migration.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('callback', 'callback', '1000000 1000 1'),
    ('callback', 'callback_job', '1000000 1000 2 1'),
    ('callback', 'callback_due', '10000 500 2'),
    ('callback_attempt', 'sqlite_autoindex_callback_attempt_1', '1000000 1000 2 1'),
    ('callback_attempt', 'callback_attempt_job', '1000000 1000 2 2 1'),
    ('callback_attempt', 'callback_attempt_at', '1000000 2');

analyze sqlite_schema;
