select operator.id, operator.seed
from json_each(?) as needed
cross join operator
where operator.realm = ? and operator.id = unhex(needed.value)
