select
    {jobs}
from job
where realm = ? and number < ? and state <> {state.reserved}
order by number desc
limit ? offset ?
