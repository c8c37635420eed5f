select realm, id
from policy
where deleted_at is not null
    and realm not in (select id from realm where state <> {realm.open})
order by deleted_at
limit ?
