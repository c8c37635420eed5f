select
    {policies}
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join policy
where policy.realm = cast(realms.key as integer) and policy.name_key = needed.value
    and policy.deleted_at is null
