update webhook_progress set leased_until = floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 30000
where leased_by = ? and leased_until >= floor(extract(epoch from clock_timestamp()) * 1000)::bigint
