select id, partner_id, environment, wrapped_key
from realm
where id > ?
order by id
limit ?
