update search_index set watched = ?, indexed = ?, turn = turn + 1
where realm = ? and turn = ?
