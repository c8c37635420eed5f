select bar.realm, bar.fingerprint, bar.user_id
from unnest(?::bigint[], ?::bytea[]) as needed (realm, fingerprint)
join bar on bar.realm = needed.realm and bar.fingerprint = needed.fingerprint
