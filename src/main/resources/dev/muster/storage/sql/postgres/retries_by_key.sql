select retry.realm, retry.actor, retry.retry_key, retry.request, retry.seq, retry.at, retry.subject_type, retry.subject
from unnest(?::bigint[], ?::uuid[], ?::bytea[]) as needed (realm, actor, retry_key)
join retry on retry.realm = needed.realm and retry.actor = needed.actor and retry.retry_key = needed.retry_key
