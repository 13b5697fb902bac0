select child_id, person_id, started_on, ended_on, eligibility, personal_adviser, formerly_uasc,
  health_passport_on, team
from care_leavers
