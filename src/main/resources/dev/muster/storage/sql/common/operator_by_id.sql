select
    operator.realm, operator.id, operator.username_key, operator.username, operator.role,
    operator.password_hash, operator.generation, operator.created_at, operator.disabled_at, operator.seed,
    operator.mac
from operator
where realm = ? and id = ?
