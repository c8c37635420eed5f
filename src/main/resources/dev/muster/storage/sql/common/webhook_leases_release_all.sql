update webhook_progress set leased_by = null, leased_until = null where leased_by is not null
