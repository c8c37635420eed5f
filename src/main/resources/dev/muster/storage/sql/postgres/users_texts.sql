select
    users.number,
    '
' || coalesce(users.name, '') || '
' || coalesce(users.email_key, '') || '
' || coalesce(users.username_key, '') || '
' || coalesce(users.external_key, '') as texts
from unnest(?::bigint[]) as needed (number)
cross join lateral (
    select *
    from users
    where users.realm = ? and users.number = needed.number
    limit 1
) as users
