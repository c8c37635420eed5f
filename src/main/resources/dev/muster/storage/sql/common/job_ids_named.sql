select job_id
from job
where realm = ? and user_print = ? and state <> {state.reserved}
limit ?
