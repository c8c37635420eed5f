select name
from cell
where sealed_url is null
