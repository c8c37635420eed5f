select
    {users}
from unnest(?::bigint[], ?::text[]) as needed (realm, username_key)
join users on users.realm = needed.realm and users.username_key = needed.username_key
