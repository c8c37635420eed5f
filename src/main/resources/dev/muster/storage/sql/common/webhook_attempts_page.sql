select no, event, type, at, outcome, status, millis, error, sealed_reply
from webhook_attempt
where realm = ? and webhook = ? and no < ?
order by no desc
limit ?
