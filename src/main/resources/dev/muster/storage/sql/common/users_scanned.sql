select
    number, email_key, external_key, username_key, name
from users
where realm = ? and number > ?
order by number
limit ?
