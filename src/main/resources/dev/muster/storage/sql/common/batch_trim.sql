delete from batch
where realm = ?
    and no < (select min(no) + 100 from batch where realm = ?)
    and +no <= ?
    and at < ?
