update cell set sealed_url = ?
where name = ? and sealed_url is not null
