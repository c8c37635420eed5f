select found.evidence
from unnest(?::uuid[]) as needed (evidence)
cross join lateral (
    select job.evidence
    from job
    where job.realm = ? and job.evidence = needed.evidence
    limit 1
) as found
