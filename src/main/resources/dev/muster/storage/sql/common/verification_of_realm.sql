select realm, at, entries, head, first_bad, reason
from verification
where realm = ?
