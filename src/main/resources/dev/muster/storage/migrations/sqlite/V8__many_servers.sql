-- An embedded database has one server, which needs no leases and remembers what it has changed.
select 1;
