insert into callback (realm, seq, job, state, attempts, due_at, first_at) values (?, ?, ?, ?, ?, ?, ?)
