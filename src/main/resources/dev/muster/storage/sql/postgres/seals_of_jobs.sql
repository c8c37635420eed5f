select found.id, found.user_id, found.seed, found.realm_key, found.erased_at
from unnest(?::uuid[]) as needed (id)
cross join lateral (
    select *
    from job
    where job.realm = ? and job.id = needed.id
    limit 1
) as found
