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
select users.realm, users.id, users.next_change_at
from ending
cross join users
where users.realm = ending.realm and users.next_change_at is not null and users.next_change_at <= ?
    and ending.realm not in (select id from realm where state <> {realm.open})
limit ?
