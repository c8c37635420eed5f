select realm, fingerprint, user_id
from card
where realm = ? and fingerprint = ?
