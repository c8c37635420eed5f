select
    operator.realm, operator.id, operator.username_key, operator.username, operator.role,
    operator.password_hash, operator.generation, operator.created_at, operator.disabled_at, operator.deleted_at,
    operator.invitation, operator.invited_until,
    operator.made_by_kind, operator.made_by, operator.made_through, operator.sso_issuer,
    operator.sso_subject, operator.seed, operator.mac
from json_each(?) as realms
cross join json_each(realms.value) as needed
cross join operator
where operator.realm = cast(realms.key as integer) and operator.id = unhex(needed.value)
