{each state}
select
    {jobs}
from job
where realm = ? and state = ? and number < ?
{union all}
order by number desc
limit ? offset ?
