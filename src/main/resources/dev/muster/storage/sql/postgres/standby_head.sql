select pg_is_in_recovery(), coalesce(no, 0), coalesce(last_seq, 0), coalesce(head, '')
from (select 1) as one
left join lateral (select no, last_seq, head from batch where realm = ? order by no desc limit 1) as last on true
