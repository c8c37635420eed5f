select realm, id
from job
where state = {state.reserved} and token_until < ?
order by token_until
limit ?
