-- A MAC under the realm's key over all that a key or an operator decides by. Null in rows that an earlier version wrote,
-- until the first start seals them; a row without one is not obeyed.
alter table api_key add column mac bytea;
alter table operator add column mac bytea;
