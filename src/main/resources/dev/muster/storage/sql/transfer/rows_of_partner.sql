select * from {table} where partner_id = ?
