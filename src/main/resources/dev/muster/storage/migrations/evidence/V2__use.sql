-- How many bytes of a realm's quota each piece of evidence takes up: what was announced while it is uploaded, then what
-- it has. A sealed chunk is 29 bytes longer than what was uploaded.
alter table evidence add column bytes integer not null default 0;

update evidence set bytes = (
    select coalesce(sum(length(sealed) - 29), 0)
    from evidence_chunk
    where evidence_chunk.realm = evidence.realm and evidence_chunk.id = evidence.id
);

create table evidence_use (
    realm integer primary key,
    bytes integer not null
) strict;

insert into evidence_use (realm, bytes)
select realm, sum(bytes)
from evidence
group by realm;
