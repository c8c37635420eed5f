select
    realm, token_hash, id, operator, generation, begun_at, seen_at, proven_at, proven_by, address, browser, mac
from session
where realm = ? and operator = ?
order by begun_at desc
limit ?
