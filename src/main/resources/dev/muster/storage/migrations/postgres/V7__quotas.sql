-- What root has set for a realm. A realm without a row has the defaults of the program.
create table quota (
    realm bigint primary key,
    max_users bigint not null,
    max_evidence_bytes bigint not null,
    max_groups bigint not null,
    max_policies bigint not null,
    max_keys bigint not null,
    max_requests bigint not null
);

-- From this version on, the counters of a batch end with how many groups, policies and unrevoked keys the realm has.
-- They are places 23 to 25 of model.Counters, so what an older batch lacks before them is filled with zeros.
update batch set counters =
    counters
    || repeat(',0', greatest(0, 21 - (length(counters) - length(replace(counters, ',', '')))))
    || ',' || (select count(*) from user_group where user_group.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from policy where policy.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from api_key where api_key.realm = batch.realm and revoked_at is null)
where no = (select max(latest.no) from batch as latest where latest.realm = batch.realm);

-- How many bytes of a realm's quota each piece of evidence takes up: what was announced while it is uploaded, then what
-- it has. A sealed chunk is 29 bytes longer than what was uploaded.
alter table evidence add column bytes bigint not null default 0;

update evidence set bytes = (
    select coalesce(sum(octet_length(sealed) - 29), 0)
    from evidence_chunk
    where evidence_chunk.realm = evidence.realm and evidence_chunk.id = evidence.id
);

create table evidence_use (
    realm bigint primary key,
    bytes bigint not null
);

insert into evidence_use (realm, bytes)
select realm, sum(bytes)
from evidence
group by realm;
