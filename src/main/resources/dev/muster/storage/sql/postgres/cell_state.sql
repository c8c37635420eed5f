update cell set state = ?
where name = ?
