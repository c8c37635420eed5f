select needed.realm, last.last_seq
from unnest(?::bigint[]) as needed (realm)
cross join lateral (
    select batch.last_seq
    from batch
    where batch.realm = needed.realm
    order by batch.no desc
    limit 1
) as last
