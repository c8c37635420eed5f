-- What root has set for a realm. A realm without a row has the defaults of the program.
create table quota (
    realm integer primary key,
    max_users integer not null,
    max_evidence_bytes integer not null,
    max_groups integer not null,
    max_policies integer not null,
    max_keys integer not null,
    max_requests integer not null
) strict;

-- From this version on, the counters of a batch end with how many groups, policies and unrevoked keys the realm has.
-- They are places 23 to 25 of model.Counters, so what an older batch lacks before them is filled with zeros.
update batch set counters =
    counters
    || replace(hex(zeroblob(max(0, 21 - (length(counters) - length(replace(counters, ',', '')))))), '00', ',0')
    || ',' || (select count(*) from user_group where user_group.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from policy where policy.realm = batch.realm and deleted_at is null)
    || ',' || (select count(*) from api_key where api_key.realm = batch.realm and revoked_at is null)
where no = (select max(latest.no) from batch as latest where latest.realm = batch.realm);
