insert into failure (subject, server, failures, at)
values (?, ?, ?, floor(extract(epoch from statement_timestamp()) * 1000)::bigint)
on conflict (subject, server) do update set failures = excluded.failures, at = excluded.at
