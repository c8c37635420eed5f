update chore_lease set progress = ?
where name = ? and holder = ?
