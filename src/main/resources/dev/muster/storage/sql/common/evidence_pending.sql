select realm, id, begun_at
from evidence
where state <> {evidence.named} and begun_at < ?
order by begun_at
limit ?
