select
    {groups}
from user_group
where realm = ? and id = ? and deleted_at is null
