select operator.id, operator.seed
from unnest(?::uuid[]) as needed (id)
join operator on operator.realm = ? and operator.id = needed.id
