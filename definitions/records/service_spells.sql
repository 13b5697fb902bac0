-- Every spell for which a child or young person is open to social care: one row for each assessment, plan, period of care
-- (respite left out) and spell of leaving-care support.
select child_id, person_id, 'assessment' as service, assessment_id as record_id, started_on, completed_on as ended_on, team
from assessments
union all
select child_id, person_id, 'child_in_need' as service, plan_id as record_id, started_on, ended_on, team
from cin_plans
union all
select child_id, person_id, 'child_protection' as service, plan_id as record_id, started_on, ended_on, team
from cp_plans
where other_authority is not true
union all
select child_id, person_id, 'looked_after' as service, care_period_id as record_id, started_on, ended_on, team
from looked_after
union all
select child_id, person_id, 'care_leaver' as service, child_id as record_id, started_on, ended_on, team
from care_leavers
