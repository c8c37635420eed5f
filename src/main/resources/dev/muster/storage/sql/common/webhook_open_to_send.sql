select seq, part, asked, event, type, subject_type, subject, state, refusals, retry_at, since, status, error
from webhook_open
where realm = ? and webhook = ? and asked = ? and state <> {open.given_up}
order by seq, part
limit ?
