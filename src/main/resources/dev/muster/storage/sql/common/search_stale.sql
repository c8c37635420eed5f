select number, version
from search_stale
where realm = ? and number > ? and number <= ?
order by number
limit ?
