select realm, seq, head, at, line
from checkpoint
where realm = ? and seq > ?
order by seq, at
limit ?
