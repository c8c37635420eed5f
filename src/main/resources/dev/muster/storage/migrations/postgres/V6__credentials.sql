-- Who made a key or an operator: the place in model.ActorRef.Kind, and the id. Null where that was not kept yet.
-- made_through is the key that an operator acted through.
alter table api_key add column made_by_kind smallint;
alter table api_key add column made_by uuid;
alter table api_key add column made_through uuid;
alter table operator add column made_by_kind smallint;
alter table operator add column made_by uuid;
alter table operator add column made_through uuid;

-- The refresh tokens of one sign-in, from the first time that one is used. Each has a number; those up to `spent` are
-- used up. ended_at is set when one was used twice; at ends_at all of the family is over anyway. Not journalled: a
-- family can do no more than the credential behind it.
create table token_family (
    realm bigint not null,
    id uuid not null,
    spent bigint not null,
    ends_at bigint not null,
    ended_at bigint,
    primary key (realm, id)
);

create index token_family_ends on token_family (ends_at);
