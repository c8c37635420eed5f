select part
from search_posting
where realm = ? and part >= ?
order by part
limit 1
