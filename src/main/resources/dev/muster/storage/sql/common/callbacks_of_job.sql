select realm, seq, job, state, attempts, due_at, first_at
from callback
where realm = ? and job = ?
order by seq desc
limit ?
