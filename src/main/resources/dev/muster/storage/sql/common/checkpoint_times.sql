select seq, at
from checkpoint
where realm = ? and (seq, at) > (?, ?)
order by seq, at
limit ?
