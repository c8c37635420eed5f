insert into place (partner, test_realm, production_realm, cell)
values (?, ?, ?, ?)
