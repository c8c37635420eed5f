select
    {users}
from unnest(?::bigint[], ?::uuid[]) as needed (realm, id)
join users on users.realm = needed.realm and users.id = needed.id
