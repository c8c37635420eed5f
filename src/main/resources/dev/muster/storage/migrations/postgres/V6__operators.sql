-- API keys: the last four characters of the text, by which a key found in a file can be recognised (null for older keys);
-- the blocks of addresses in CIDR notation, separated by spaces, from which it may be used (null for any); the key that
-- it was made in place of. The row's mac covers them.
alter table api_key add column last_four text;
alter table api_key add column addresses text;
alter table api_key add column replaces uuid;
