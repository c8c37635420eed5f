insert into callback_attempt (realm, seq, no, job, at, millis, status, sealed_reply, error)
select ?, ?, ?, ?, ?, ?, ?, ?, ?
from job
where realm = ? and id = ? and sealed is not null
