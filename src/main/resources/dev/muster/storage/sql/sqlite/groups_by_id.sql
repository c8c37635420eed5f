select
    {groups}
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join user_group
where user_group.realm = cast(realms.key as integer) and user_group.id = unhex(needed.value)
    and user_group.deleted_at is null
