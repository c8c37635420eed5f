delete from search_stale
where realm = ? and number = ? and version = ?
