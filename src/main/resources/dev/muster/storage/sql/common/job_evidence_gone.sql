update job set evidence = null, evidence_size = null, evidence_sha256 = null, evidence_until = null
where realm = ? and id = ? and evidence = ?
