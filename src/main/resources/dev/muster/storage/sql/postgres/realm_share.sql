select state
from realm
where id = ?
for key share
