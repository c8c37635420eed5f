select realm, id
from job
where state = 0 and token_until < ?
order by token_until
limit ?
