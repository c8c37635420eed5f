(
    select
        {jobs}
    from job
    where realm = ? and state = ? and number < ?
    order by number desc
    limit ?
)
union all
(
    select
        {jobs}
    from job
    where realm = ? and state = ? and number < ?
    order by number desc
    limit ?
)
union all
(
    select
        {jobs}
    from job
    where realm = ? and state = ? and number < ?
    order by number desc
    limit ?
)
union all
(
    select
        {jobs}
    from job
    where realm = ? and state = ? and number < ?
    order by number desc
    limit ?
)
order by number desc
limit ? offset ?
