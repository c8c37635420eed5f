select *
from journal
where realm = ? and seq > ?
order by seq
