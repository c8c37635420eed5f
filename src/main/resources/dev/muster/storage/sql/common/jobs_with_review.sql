select
    {jobs}
from job
where realm = ? and review = ? and review <> {review.none} and number < ?
    and (1 << state) & ? <> 0
order by number desc
limit ? offset ?
