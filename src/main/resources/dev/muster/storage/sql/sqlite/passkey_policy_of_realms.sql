select passkey_policy.realm, passkey_policy.required_for, passkey_policy.mac
from json_each(?) as needed
cross join passkey_policy
where passkey_policy.realm = needed.value
