select realm, seq, head, at, line
from checkpoint
where realm = ?
order by seq desc, at desc
limit 1
