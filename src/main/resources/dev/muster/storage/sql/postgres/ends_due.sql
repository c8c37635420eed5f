with recursive ending (realm) as (
    select (select realm from users where realm >= 0 and next_change_at is not null order by realm limit 1)
    union all
    select (
        select users.realm
        from users
        where users.realm > ending.realm and users.next_change_at is not null
        order by users.realm
        limit 1
    )
    from ending
    where ending.realm is not null
)
select due.realm, due.id, due.next_change_at
from ending
cross join lateral (
    select users.realm, users.id, users.next_change_at
    from users
    where users.realm = ending.realm and users.next_change_at is not null and users.next_change_at <= ?
    offset 0
) as due
where ending.realm not in (select id from realm where state <> {realm.open})
limit ?
