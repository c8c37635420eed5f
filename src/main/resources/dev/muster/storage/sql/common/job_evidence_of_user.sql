select id, evidence
from job
where realm = ? and user_id = ? and evidence is not null
