select
    operator.realm, operator.id, operator.username_key, operator.username, operator.role,
    operator.password_hash, operator.generation, operator.created_at, operator.disabled_at, operator.deleted_at,
    operator.invitation, operator.invited_until,
    operator.made_by_kind, operator.made_by, operator.made_through, operator.sso_issuer,
    operator.sso_subject, operator.seed, operator.mac
from unnest(?::bigint[]) as needed (realm)
join operator on operator.realm = needed.realm
