select name
from chore_lease
where holder = ? and until >= floor(extract(epoch from clock_timestamp()) * 1000)::bigint
