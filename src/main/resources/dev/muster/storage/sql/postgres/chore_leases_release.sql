update chore_lease set holder = null, until = 0
where holder = ?
