select * from {table} where realm in (?, ?)
