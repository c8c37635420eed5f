select membership.realm, membership.user_id, membership.group_id, membership.number, membership.counts
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join membership
where membership.realm = cast(realms.key as integer) and membership.user_id = unhex(needed.value)
    and (
        select user_group.deleted_at is null
        from user_group
        where user_group.realm = membership.realm and user_group.id = membership.group_id
    )
