select number, status, hold_kinds, next_change_at
from users
where realm = ? and number > ?
order by number
limit ?
