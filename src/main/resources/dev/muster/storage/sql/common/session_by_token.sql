select realm, token_hash, operator, generation, begun_at, seen_at, mac
from session
where realm = ? and token_hash = ?
