-- Webhooks: endpoints that are told of a realm's events. types is a JSON list; state and cause are codes of
-- model.webhook.Webhook. sealed_secret and sealed_previous sign what is sent; they are sealed under the realm's key.
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

-- How far each webhook has got: cursor is the number of the last entry before which nothing remains to be sent. fence is
-- raised by each change of the webhook and by each lease; a server writes only with the fence of its own lease.
-- failures counts the failed attempts since the last success, failing_since is when the first of them was. No mac: the
-- row changes with each delivery.
create table webhook_progress (
    realm bigint not null,
    webhook uuid not null,
    cursor bigint not null,
    fence bigint not null,
    leased_by uuid,
    leased_until bigint,
    failures integer not null,
    retry_at bigint,
    failing_since bigint,
    last_success_at bigint,
    last_attempt_at bigint,
    primary key (realm, webhook)
);

-- Results of jobs that partners are told of at the job's callback address: one row for each journal entry job.completed
-- (seq) that changes the outcome. What is told is in the entry and in the sealed job. state is the code of
-- model.job.Callback.State. attempts counts the attempts that were started, and is the fence of a claim: a server records
-- an attempt only while it is the last one. due_at is null once nothing is to be sent. No mac: a row decides neither what
-- is sent nor where.
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

-- Attempts to tell a partner, kept for 30 days. Those of an erased job are deleted: a reply may contain anything.
create table callback_attempt (
    realm bigint not null,
    seq bigint not null,
    no integer not null,
    job uuid not null,
    at bigint not null,
    millis integer not null,
    status smallint,
    reply text,
    error text,
    primary key (realm, seq, no)
);

create index callback_attempt_job on callback_attempt (realm, job, seq, no);
create index callback_attempt_at on callback_attempt (at);
