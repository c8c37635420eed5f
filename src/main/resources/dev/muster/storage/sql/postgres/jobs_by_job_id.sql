select
    {jobs}
from unnest(?::bigint[], ?::text[]) as needed (realm, job_id)
cross join lateral (
    select *
    from job
    where job.realm = needed.realm and job.job_id = needed.job_id
    limit 1
) as job
