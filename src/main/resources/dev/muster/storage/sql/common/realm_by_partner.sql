select id, partner_id, environment, wrapped_key
from realm
where partner_id = ? and environment = ?
