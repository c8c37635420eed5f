-- Whether requests may be signed with the key's secret.
alter table api_key add column signs boolean not null default true;
