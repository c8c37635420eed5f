select * from {table} where 1 = 0
