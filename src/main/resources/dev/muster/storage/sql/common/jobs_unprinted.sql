select
    {jobs}
from job
where realm >= 0 and user_id is null and user_print is null and seed is null and sealed is not null
    and realm not in (select id from realm where state <> {realm.open})
limit ?
