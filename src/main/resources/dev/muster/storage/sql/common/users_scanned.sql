select
    number,
    '
' || coalesce(name, '') || '
' || coalesce(email_key, '') || '
' || coalesce(username_key, '') || '
' || coalesce(external_key, '') as texts
from users
where realm = ? and number > ?
order by number
limit ?
