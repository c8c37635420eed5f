select realm, id, begun_at, {evidence.finished} as state, bytes
from evidence
where realm in (?, ?) and state <> {evidence.begun}
