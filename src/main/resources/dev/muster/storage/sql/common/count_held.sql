select count(*)
from (
    select number
    from users
    where realm = ? and status = {status.barred} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    union all
    select number
    from users
    where realm = ? and status = {status.removed} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    union all
    select number
    from users
    where realm = ? and status = {status.blocked} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    union all
    select number
    from users
    where realm = ? and status = {status.suspended} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    union all
    select number
    from users
    where realm = ? and status = {status.deactivated} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    union all
    select number
    from users
    where realm = ? and status = {status.fraud} and status <> {status.active} and number > ? and number < ?
        and (hold_kinds & ?) = ? and tag between ? and ? and rank between ? and ?
    limit ?
) as counted
