select realm, id, evidence
from job
where evidence is not null and evidence_until <= ?
order by evidence_until
limit ?
