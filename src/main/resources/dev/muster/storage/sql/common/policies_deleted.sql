select realm, id
from policy
where deleted_at is not null
order by deleted_at
limit ?
