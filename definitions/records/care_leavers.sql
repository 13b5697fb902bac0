select child_id, person_id, started_on, ended_on, eligibility, formerly_uasc, team
from care_leavers
