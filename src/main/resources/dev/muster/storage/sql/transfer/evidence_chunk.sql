select realm, id, no, sealed
from evidence_chunk
where realm in (?, ?)
    and exists (
        select 1
        from evidence
        where evidence.realm = evidence_chunk.realm and evidence.id = evidence_chunk.id
            and evidence.state <> {evidence.begun}
    )
