select id, state
from realm
where id in (select value from json_each(?))
order by id
