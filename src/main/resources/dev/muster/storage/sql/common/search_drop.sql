delete from search_posting
where realm = ? and part = ? and gram = ?
