insert into webhook_attempt (
    realm, webhook, slot, no, event, type, at, outcome, status, millis, error, sealed_reply)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (realm, webhook, slot) do update set
    no = excluded.no, event = excluded.event, type = excluded.type, at = excluded.at, outcome = excluded.outcome,
    status = excluded.status, millis = excluded.millis, error = excluded.error, sealed_reply = excluded.sealed_reply
