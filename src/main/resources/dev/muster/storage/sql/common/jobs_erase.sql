update job set
    sealed = null, seed = null, user_print = null,
    evidence_until = case when evidence is null then null else 0 end
where realm = ? and user_id = ?
