select realm, id, begun_at
from evidence
where state <> 2 and begun_at < ?
order by begun_at
limit ?
