select
    {users}
from unnest(?::bigint[], ?::bigint[]) as needed (realm, number)
join users on users.realm = needed.realm and users.number = needed.number
