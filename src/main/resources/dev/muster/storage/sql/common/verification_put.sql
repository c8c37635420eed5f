insert into verification (realm, at, entries, head, first_bad, reason)
values (?, ?, ?, ?, ?, ?)
on conflict (realm) do update set
    at = excluded.at, entries = excluded.entries, head = excluded.head,
    first_bad = excluded.first_bad, reason = excluded.reason
