select id, state
from realm
where id = any (?)
order by id
for no key update
