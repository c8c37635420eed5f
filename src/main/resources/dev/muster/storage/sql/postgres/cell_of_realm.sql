select cell
from place
where test_realm = ?
union all
select cell
from place
where production_realm = ?
limit 1
