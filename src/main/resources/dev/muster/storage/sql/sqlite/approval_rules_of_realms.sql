select approval_rules.realm, approval_rules.actions, approval_rules.bulk_threshold, approval_rules.mac
from json_each(?) as needed
cross join approval_rules
where approval_rules.realm = needed.value
