select gram, places
from search_posting
where realm = ? and part = ?
