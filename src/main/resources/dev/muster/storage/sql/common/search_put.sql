insert into search_posting (realm, part, gram, places)
values (?, ?, ?, ?)
on conflict (realm, part, gram) do update set places = excluded.places
