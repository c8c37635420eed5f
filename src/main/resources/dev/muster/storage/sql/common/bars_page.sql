select realm, fingerprint, user_id
from bar
where realm = ? and fingerprint > ?
order by fingerprint
limit ?
