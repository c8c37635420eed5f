delete from search_posting
where realm = ? and part = ? and not exists (select 1 from search_index where search_index.realm = ?)
