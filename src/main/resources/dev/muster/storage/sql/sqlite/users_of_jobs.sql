select job.id, job.user_id
from json_each(?) as needed
cross join job
where job.realm = ? and job.id = unhex(needed.value) and job.user_id is not null
