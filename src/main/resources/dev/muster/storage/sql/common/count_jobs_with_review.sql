select count(*)
from (
    select 1
    from job
    where realm = ? and review = ? and review <> {review.none} and number < ?
        and (1 << state) & ? <> 0
    limit ?
) as counted
