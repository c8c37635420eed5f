insert into evidence_use (realm, bytes)
values (?, 0)
on conflict (realm) do nothing
