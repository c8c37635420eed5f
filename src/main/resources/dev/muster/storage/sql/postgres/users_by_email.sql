select
    {users}
from unnest(?::bigint[], ?::text[]) as needed (realm, email_key)
cross join lateral (
    select *
    from users
    where users.realm = needed.realm and users.email_key = needed.email_key
    limit 1
) as users
