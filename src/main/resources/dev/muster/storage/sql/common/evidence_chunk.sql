select sealed
from evidence_chunk
where realm = ? and id = ? and no = ?
