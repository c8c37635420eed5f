delete from session where seen_at < ?
