select *
from users
where realm = ? and id in (select subject from journal where realm = ? and seq > ?)
