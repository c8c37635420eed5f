-- Webhooks: endpoints that are notified of a realm's events. types is a JSON list; state and cause are codes of
-- model.webhook.Webhook. sealed_secret and sealed_previous are the signing secrets, sealed under the realm's key.
-- previous_until is when the previous secret stops signing. mac covers the whole row.
create table webhook (
    realm bigint not null,
    id uuid not null,
    url text not null,
    types text,
    full_payload boolean not null,
    description text,
    strict_order boolean not null,
    state integer not null,
    cause integer,
    state_since bigint not null,
    sealed_secret bytea not null,
    sealed_previous bytea,
    previous_until bigint,
    created_at bigint not null,
    made_by_kind integer not null,
    made_by uuid not null,
    made_through uuid,
    mac bytea not null,
    primary key (realm, id)
);

-- The progress of each webhook. cursor is the number of the last entry up to which everything has been sent or set
-- aside; begun is the cursor when the webhook was created or last resumed at another entry. fence is raised by each
-- change of the webhook and by each lease; a server writes only with the fence of its own lease. failures counts the
-- failed attempts since the last success, and failing_since is the time of the first of them. beyond has two bits for
-- each entry after the cursor, set for events that are settled. attempts numbers the rows of webhook_attempt. asked is
-- raised by each request to resend something or to end a pause; replay_next to replay_to are the entries left to
-- replay. No mac, because the row changes with each delivery.
create table webhook_progress (
    realm bigint not null,
    webhook uuid not null,
    cursor bigint not null,
    begun bigint not null default 0,
    fence bigint not null,
    leased_by uuid,
    leased_until bigint,
    failures integer not null,
    retry_at bigint,
    failing_since bigint,
    last_success_at bigint,
    last_attempt_at bigint,
    beyond bytea,
    attempts bigint not null default 0,
    asked bigint not null default 0,
    replay_next bigint,
    replay_to bigint,
    primary key (realm, webhook)
);

-- Job results that are sent to the job's callback address: one row for each journal entry job.completed (seq) that
-- changes the outcome. The content comes from the entry and the sealed job. state is the code of
-- model.job.Callback.State. attempts counts the attempts that were started, and is the fence of a claim: a server
-- records an attempt only while it is the last one. due_at is null once there is nothing left to send. No mac, because
-- a row determines neither the content nor the address.
create table callback (
    realm bigint not null,
    seq bigint not null,
    job uuid not null,
    state smallint not null,
    attempts integer not null,
    due_at bigint,
    first_at bigint,
    primary key (realm, seq)
) with (fillfactor = 90);

create index callback_job on callback (realm, job, seq);
create index callback_due on callback (realm, due_at) where due_at is not null;

-- Attempts to send a result, kept for 30 days; those of an erased job are deleted. sealed_reply is the beginning of the
-- response body, sealed under the realm's key because it may contain anything.
create table callback_attempt (
    realm bigint not null,
    seq bigint not null,
    no integer not null,
    job uuid not null,
    at bigint not null,
    millis integer not null,
    status smallint,
    sealed_reply bytea,
    error text,
    primary key (realm, seq, no)
);

create index callback_attempt_job on callback_attempt (realm, job, seq, no);
create index callback_attempt_at on callback_attempt (at);
create index webhook_active on webhook (realm, id) where state = 0;
create index webhook_leased on webhook_progress (leased_by) where leased_by is not null;

-- Events that are set aside: the cursor of a webhook has passed them, and they will be sent later or were given up.
-- part is 1 for the user.standing.changed after an entry; asked is true if the event is sent independently of the
-- order. state is the code of storage.DeliveryTables.OpenRow.State.
create table webhook_open (
    realm bigint not null,
    webhook uuid not null,
    seq bigint not null,
    part integer not null,
    asked boolean not null,
    event text not null,
    type text not null,
    subject_type integer not null,
    subject uuid not null,
    state integer not null,
    refusals integer not null,
    retry_at bigint,
    since bigint not null,
    status integer,
    error text,
    primary key (realm, webhook, seq, part, asked)
);

create index webhook_open_given_up on webhook_open (since) where state = 2;

-- The latest attempts to send something to a webhook. slot is the attempt's number modulo the number of attempts kept,
-- so that a new attempt replaces the oldest. outcome is the code of directory.delivery.DeliveryOutcome. sealed_reply is
-- the beginning of the response body, sealed under the realm's key.
create table webhook_attempt (
    realm bigint not null,
    webhook uuid not null,
    slot integer not null,
    no bigint not null,
    event text not null,
    type text not null,
    at bigint not null,
    outcome integer not null,
    status integer,
    millis bigint not null,
    error text,
    sealed_reply bytea,
    primary key (realm, webhook, slot)
);

create index webhook_attempt_at on webhook_attempt (at);
