select partner_id, id, state, (
    select journal.at
    from journal
    where journal.realm = realm.id
    order by journal.seq desc
    limit 1)
from realm
where state <> {realm.open}
