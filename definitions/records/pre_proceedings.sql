select pre_proceedings_id, child_id, person_id, decided_on, started_on, assessments_completed_on, ended_on, outcome
from pre_proceedings
