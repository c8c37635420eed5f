select seq, hash
from journal
where realm = ?
order by seq desc
limit 1
