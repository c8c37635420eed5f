select realm, token_hash, operator, generation, begun_at, seen_at
from session
where realm = ? and token_hash = ?
