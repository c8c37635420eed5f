select
    users.number,
    '
' || coalesce(users.name, '') || '
' || coalesce(users.email_key, '') || '
' || coalesce(users.username_key, '') || '
' || coalesce(users.external_key, '') as texts
from json_each(?) as needed
cross join users
where users.realm = ? and users.number = needed.value
