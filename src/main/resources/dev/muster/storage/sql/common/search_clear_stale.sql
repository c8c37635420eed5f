delete from search_stale
where realm = ? and number > ? and not exists (select 1 from search_index where search_index.realm = ?)
