select realm, id
from job
where state = {state.reserved} and token_until < ?
    and realm not in (select id from realm where state <> {realm.open})
order by token_until
limit ?
