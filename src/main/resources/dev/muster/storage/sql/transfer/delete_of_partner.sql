delete from {table} where partner_id = ?
