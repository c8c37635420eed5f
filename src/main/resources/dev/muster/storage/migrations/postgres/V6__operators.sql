-- An invitation to choose a password: the SHA-256 of the token in its link, and until when the link is good. Both null if
-- there is none. An operator who has not chosen a password yet has an empty password_hash. Both are under the row's mac.
alter table operator add column invitation bytea;
alter table operator add column invited_until bigint;

-- What an operator sees of a session, and when and how its operator last proved who they are (the code of
-- model.SignInMethod). id names the session where the token must not be shown. All of it is under the row's mac, except
-- seen_at as before. Sessions without them are of an earlier version: their operators have to sign in again.
delete from session;
alter table session add column id uuid;
alter table session add column proven_at bigint;
alter table session add column proven_by smallint;
alter table session add column address text;
alter table session add column browser text;

-- Forms of the console that wait for their operator to sign in again or to prove who they are. Sealed under the realm's
-- key; of the id in the address only the SHA-256 is kept.
create table kept_form (
    realm bigint not null,
    id_hash bytea not null,
    operator uuid not null,
    sealed bytea not null,
    kept_at bigint not null,
    primary key (realm, id_hash)
);

create index kept_form_operator on kept_form (realm, operator, kept_at);
create index kept_form_kept on kept_form (kept_at);
