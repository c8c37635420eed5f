select realm, seq, head, at, line
from checkpoint
where realm = ? and (seq, at) > (?, ?)
order by seq, at
limit ?
