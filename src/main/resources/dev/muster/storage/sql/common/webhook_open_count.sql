select count(*)
from (
    select 1 from webhook_open where realm = ? and webhook = ? and state in (?, ?) limit ?
) as counted
