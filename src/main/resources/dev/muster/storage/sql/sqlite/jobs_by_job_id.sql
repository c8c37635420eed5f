select
    {jobs}
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join job
where job.realm = cast(realms.key as integer) and job.job_id = needed.value
