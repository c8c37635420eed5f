select membership.user_id, user_group.id, user_group.name_key, user_group.name
from json_each(?) as needed
cross join membership
cross join user_group
where membership.realm = ? and membership.user_id = unhex(needed.value) and membership.counts = true
    and user_group.realm = membership.realm and user_group.id = membership.group_id and user_group.deleted_at is null
