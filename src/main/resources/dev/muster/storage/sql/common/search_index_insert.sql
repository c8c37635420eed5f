insert into search_index (realm, part_bits, watched, indexed, turn)
values (?, ?, 0, 0, 1)
on conflict (realm) do nothing
