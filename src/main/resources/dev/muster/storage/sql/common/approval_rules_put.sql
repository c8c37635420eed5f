insert into approval_rules (realm, actions, bulk_threshold, mac)
values (?, ?, ?, ?)
on conflict (realm) do update set
    actions = excluded.actions, bulk_threshold = excluded.bulk_threshold, mac = excluded.mac
