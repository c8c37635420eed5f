select
    {jobs}
from job
where realm = ? and number < ? and state <> 0
order by number desc
limit ? offset ?
