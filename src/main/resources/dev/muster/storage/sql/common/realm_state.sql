select state from realm where id = ?
