select
    approval.realm, approval.id, approval.kind, approval.user_id, approval.version, approval.requested_by_kind,
    approval.requested_by, approval.requested_through, approval.requested_at, approval.lapses_at, approval.sealed,
    approval.state, approval.decided_by_kind, approval.decided_by, approval.decided_at, approval.mac
from approval
where state = {approval.pending} and lapses_at <= ?
    and realm not in (select id from realm where state <> {realm.open})
order by lapses_at
limit ?
