update realm set state = ?
where id in (?, ?) and state = ?
