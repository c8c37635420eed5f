select max(id)
from realm
