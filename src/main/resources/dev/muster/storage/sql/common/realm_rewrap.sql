update realm set wrapped_key = ?
where id = ?
