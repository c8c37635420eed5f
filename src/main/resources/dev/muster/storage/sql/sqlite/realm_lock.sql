select id
from realm
where id = ?
