with recursive waiting (realm) as (
    select (select realm from callback where realm > ? and due_at is not null order by realm limit 1)
    union all
    select (
        select callback.realm
        from callback
        where callback.realm > waiting.realm and callback.due_at is not null
        order by callback.realm
        limit 1
    )
    from waiting
    where waiting.realm is not null
)
select waiting.realm
from waiting
where exists (select 1 from callback where callback.realm = waiting.realm and callback.due_at <= ?)
    and waiting.realm not in (select id from realm where state <> {realm.open})
limit ?
