delete from place
where partner = ?
