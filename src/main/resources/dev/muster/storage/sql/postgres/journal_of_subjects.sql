select found.realm, found.seq, found.entry, found.hash, found.at, found.actor_kind, found.actor, found.action,
    found.subject_type, found.subject
from unnest(?::uuid[]) as needed (id)
cross join lateral (
    select *
    from journal
    where journal.realm = ? and journal.subject = needed.id and journal.seq > ?
    order by journal.seq desc
    limit ?
) as found
