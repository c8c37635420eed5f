delete from callback_attempt where realm = ? and job in (select id from job where realm = ? and user_id = ?)
