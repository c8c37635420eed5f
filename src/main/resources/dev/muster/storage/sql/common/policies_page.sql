select
    {policies}
from policy
where realm = ? and name_key > ? and deleted_at is null
order by name_key
limit ? offset ?
