{each state}
(
    select
        {jobs}
    from job
    where realm = ? and state = ? and number < ?
    order by number desc
    limit ?
)
{union all}
order by number desc
limit ? offset ?
