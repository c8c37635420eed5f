select
    {users}, (select batch.number from batch where batch.realm = ? order by batch.no desc limit 1) as total
from users
where users.realm = ? and users.number > ?
order by users.number
limit ?
