select 1
from token_family
where realm = ? and id = ? and ended_at is not null
