select
    {policies}
from policy
where realm = ? and id = ? and deleted_at is null
