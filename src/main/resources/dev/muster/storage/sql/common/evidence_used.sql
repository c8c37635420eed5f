select bytes
from evidence_use
where realm = ?
