select rules.realm, rules.actions, rules.bulk_threshold, rules.mac
from unnest(?::bigint[]) as needed (realm)
cross join lateral (
    select *
    from approval_rules
    where approval_rules.realm = needed.realm
    limit 1
) as rules
