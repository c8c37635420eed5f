select job.evidence
from json_each(?) as needed
cross join job
where job.realm = ? and job.evidence = unhex(needed.value)
