insert into session (
    realm, token_hash, id, operator, generation, begun_at, seen_at, proven_at, proven_by, address, browser, mac)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
