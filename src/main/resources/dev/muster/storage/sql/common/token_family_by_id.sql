select realm, id, spent, ends_at, mac
from token_family
where realm = ? and id = ?
