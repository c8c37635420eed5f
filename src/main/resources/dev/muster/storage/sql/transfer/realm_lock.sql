select id
from realm
where id in (?, ?)
order by id
