select realm, required_for, mac
from passkey_policy
where realm = ?
