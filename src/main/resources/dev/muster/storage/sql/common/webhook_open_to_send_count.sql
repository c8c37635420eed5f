select count(*)
from (
    select 1 from webhook_open where realm = ? and webhook = ? and state <> {open.given_up} limit ?
) as counted
