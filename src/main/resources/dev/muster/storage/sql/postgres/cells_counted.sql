select name, sealed_url, state, case
    when sealed_url is null then (select count(*) from tenant) - (select count(*) from realm where realm.state <> {realm.open} and realm.state <> {realm.frozen}) / 2
    else (select count(*) from place where place.cell = cell.name) end
from cell
