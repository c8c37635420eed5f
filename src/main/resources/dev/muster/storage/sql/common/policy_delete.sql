update policy set deleted_at = ?
where realm = ? and id = ? and deleted_at is null
