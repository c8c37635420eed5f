select
    {users}
from unnest(?::bigint[], ?::text[]) as needed (realm, external_key)
join users on users.realm = needed.realm and users.external_key = needed.external_key
