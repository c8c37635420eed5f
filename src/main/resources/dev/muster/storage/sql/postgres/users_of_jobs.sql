select found.id, found.user_id
from unnest(?::uuid[]) as needed (id)
cross join lateral (
    select job.id, job.user_id
    from job
    where job.realm = ? and job.id = needed.id and job.user_id is not null
    limit 1
) as found
