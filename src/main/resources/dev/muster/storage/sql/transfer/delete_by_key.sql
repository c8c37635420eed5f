delete from {table} where {key}
