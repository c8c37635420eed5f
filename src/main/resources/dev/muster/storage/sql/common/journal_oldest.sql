select realm, seq, entry, hash, at, actor_kind, actor, action, subject_type, subject
from journal
where realm = ? and seq > ? and seq <= ?
    and (action = ? or (action > ? and action < ?))
    and actor between ? and ?
    and at >= ? and at < ?
order by seq
limit ?
