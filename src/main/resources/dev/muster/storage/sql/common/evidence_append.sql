insert into evidence_chunk (realm, id, no, sealed)
select evidence.realm, evidence.id, ?, ?
from evidence
where evidence.realm = ? and evidence.id = ? and evidence.state = {evidence.begun}
