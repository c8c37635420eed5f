select realm, actions, bulk_threshold, mac
from approval_rules
where realm = ?
