select
    {users}
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join users
where users.realm = cast(realms.key as integer) and users.number = needed.value
