select realm, seq, job, state, attempts, due_at, first_at
from callback
where realm = ? and due_at <= ? and seq = (
    select min(earlier.seq)
    from callback as earlier
    where earlier.realm = callback.realm and earlier.job = callback.job and earlier.state = {callback.waiting}
)
order by due_at
limit ?
