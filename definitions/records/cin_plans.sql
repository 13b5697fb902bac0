select plan_id, child_id, person_id, started_on, ended_on, disabled_children_team, team
from cin_plans
