select seed
from operator
where realm = ? and id = ?
