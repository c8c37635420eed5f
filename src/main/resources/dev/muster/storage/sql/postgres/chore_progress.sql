select progress
from chore_lease
where name = ?
