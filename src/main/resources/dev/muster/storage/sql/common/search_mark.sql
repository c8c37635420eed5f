insert into search_stale (realm, number, version)
select realm, cast(? as bigint), cast(? as bigint)
from search_index
where realm = ? and watched >= ?
on conflict (realm, number) do update set version = excluded.version
