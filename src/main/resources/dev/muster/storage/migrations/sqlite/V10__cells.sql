-- An embedded database is its server's only cell.
select 1;
