select job.id, job.user_id, job.seed, job.realm_key, job.erased_at
from json_each(?) as needed
cross join job
where job.realm = ? and job.id = unhex(needed.value)
