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
