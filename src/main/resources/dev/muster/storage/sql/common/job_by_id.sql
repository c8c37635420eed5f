select
    {jobs}
from job
where realm = ? and id = ?
