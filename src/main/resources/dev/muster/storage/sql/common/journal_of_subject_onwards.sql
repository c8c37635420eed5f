select realm, seq, entry, hash, at, actor_kind, actor, action, subject_type, subject
from journal
where realm = ? and subject = ? and seq > ?
order by seq
limit ?
