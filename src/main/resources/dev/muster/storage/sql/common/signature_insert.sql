insert into signature (realm, signature, request, at)
values (?, ?, ?, ?)
on conflict (realm, signature) do nothing
