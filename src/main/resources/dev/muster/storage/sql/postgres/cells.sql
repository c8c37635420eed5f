select name, sealed_url, state
from cell
order by name
