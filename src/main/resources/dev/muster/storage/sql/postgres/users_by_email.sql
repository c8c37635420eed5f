select
    {users}
from unnest(?::bigint[], ?::text[]) as needed (realm, email_key)
join users on users.realm = needed.realm and users.email_key = needed.email_key
