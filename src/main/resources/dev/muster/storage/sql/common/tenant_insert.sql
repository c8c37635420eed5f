insert into tenant (id, partner_id, name, test_realm, production_realm, created_at)
values (?, ?, ?, ?, ?, ?)
