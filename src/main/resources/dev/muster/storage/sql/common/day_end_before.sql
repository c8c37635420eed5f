select realm, day, number, counters
from day_end
where realm = ? and day < ?
order by day desc
limit 1
