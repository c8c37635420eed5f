select
    {jobs}
from job
where realm = ? and job_id = ?
