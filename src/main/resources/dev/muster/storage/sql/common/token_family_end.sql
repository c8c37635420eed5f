update token_family set ended_at = ?
where realm = ? and id = ? and ended_at is null
