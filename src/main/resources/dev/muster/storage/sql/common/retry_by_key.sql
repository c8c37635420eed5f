select realm, actor, retry_key, request, seq, at, subject_type, subject
from retry
where realm = ? and actor = ? and retry_key = ?
