delete from token_family where ends_at < ?
