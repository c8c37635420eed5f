select
    {jobs}
from job
where realm = ? and user_id = ? and number < ?
    and (1 << state) & ? <> 0 and review between ? and ?
order by number desc
limit ? offset ?
