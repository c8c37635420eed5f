select needed.realm, needed.user_print
from unnest(?::bigint[], ?::bytea[]) as needed (realm, user_print)
cross join lateral (
    select 1
    from job
    where job.realm = needed.realm and job.user_print = needed.user_print
    limit 1
) as found
