delete from search_index
where realm = ? and turn = ?
