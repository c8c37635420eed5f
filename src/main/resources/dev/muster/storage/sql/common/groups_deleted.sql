select realm, id
from user_group
where deleted_at is not null
order by deleted_at
limit ?
