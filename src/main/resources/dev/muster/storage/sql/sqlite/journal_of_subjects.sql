select journal.realm, journal.seq, journal.entry, journal.hash, journal.at, journal.actor_kind, journal.actor,
    journal.action, journal.subject_type, journal.subject
from json_each(?) as needed
cross join journal
where journal.realm = ? and journal.subject = unhex(needed.value) and journal.seq > ?
    and journal.seq >= coalesce(
        (
            select last.seq
            from journal as last
            where last.realm = ? and last.subject = unhex(needed.value)
            order by last.seq desc
            limit 1 offset ?
        ),
        0)
