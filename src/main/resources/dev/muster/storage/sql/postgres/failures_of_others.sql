select subject, server, failures
from failure
where at >= floor(extract(epoch from statement_timestamp()) * 1000)::bigint - ? and server <> ?
order by at desc
limit ?
