select name, sealed_url, state
from cell
