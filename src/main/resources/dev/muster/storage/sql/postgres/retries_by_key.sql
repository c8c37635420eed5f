select found.realm, found.actor, found.retry_key, found.request, found.seq, found.at, found.subject_type, found.subject
from unnest(?::bigint[], ?::uuid[], ?::bytea[]) as needed (realm, actor, retry_key)
cross join lateral (
    select *
    from retry
    where retry.realm = needed.realm and retry.actor = needed.actor and retry.retry_key = needed.retry_key
    limit 1
) as found
