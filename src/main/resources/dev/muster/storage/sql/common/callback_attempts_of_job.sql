select seq, no, at, millis, status, sealed_reply, error
from callback_attempt
where realm = ? and job = ?
order by seq desc, no desc
limit ?
