select count(*), coalesce(sum(version), 0) from users where realm in (?, ?)
