select cast(realms.key as integer), unhex(needed.value)
from json_each(?) as realms
cross join json_each(realms.value) as needed
where exists (
    select 1
    from job
    where job.realm = cast(realms.key as integer) and job.user_print = unhex(needed.value)
)
