insert into place (partner, test_realm, production_realm, cell)
values (?, ?, ?, ?)
on conflict (partner) do update set cell = excluded.cell
