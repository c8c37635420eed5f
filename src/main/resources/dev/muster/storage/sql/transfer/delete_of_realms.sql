delete from {table} where realm in (?, ?)
