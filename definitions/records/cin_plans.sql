select plan_id, child_id, person_id, started_on, ended_on, team
from cin_plans
