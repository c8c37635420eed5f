select id, partner_id, name, test_realm, production_realm, created_at
from tenant
where partner_id in (select value from json_each(?))
