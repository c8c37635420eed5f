select approval_rules.realm, approval_rules.actions, approval_rules.bulk_threshold, approval_rules.mac
from unnest(?::bigint[]) as needed (realm)
join approval_rules on approval_rules.realm = needed.realm
