select
    {jobs}
from job
where realm = ? and state = ? and number < ?
union all
select
    {jobs}
from job
where realm = ? and state = ? and number < ?
union all
select
    {jobs}
from job
where realm = ? and state = ? and number < ?
union all
select
    {jobs}
from job
where realm = ? and state = ? and number < ?
order by number desc
limit ? offset ?
