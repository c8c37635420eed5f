update webhook_progress set leased_until = cast(unixepoch('subsec') * 1000 as integer) + 30000
where leased_by = ? and leased_until >= cast(unixepoch('subsec') * 1000 as integer)
