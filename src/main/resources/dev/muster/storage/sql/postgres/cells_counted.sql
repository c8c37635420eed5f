select name, sealed_url, state, case
    when sealed_url is null then (
        select count(*)
        from tenant
        where not exists (
            select 1 from place where place.partner = tenant.partner_id and place.cell <> cell.name))
    else (select count(*) from place where place.cell = cell.name) end
from cell
