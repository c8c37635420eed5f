select found.id, found.seed
from unnest(?::uuid[]) as needed (id)
cross join lateral (
    select operator.id, operator.seed
    from operator
    where operator.realm = ? and operator.id = needed.id
    limit 1
) as found
