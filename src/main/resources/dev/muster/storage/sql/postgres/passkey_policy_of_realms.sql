select policy.realm, policy.required_for, policy.mac
from unnest(?::bigint[]) as needed (realm)
cross join lateral (
    select *
    from passkey_policy
    where passkey_policy.realm = needed.realm
    limit 1
) as policy
