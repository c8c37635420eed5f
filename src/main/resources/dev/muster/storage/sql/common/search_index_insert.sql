insert into search_index (realm, part_bits, watched, indexed, turn, format)
values (?, ?, 0, 0, 1, ?)
on conflict (realm) do nothing
