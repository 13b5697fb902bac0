with plans as (
  select person_id, min(authorised_on) as pathway_plan_on from pathway_plans group by person_id
)
select
  l.child_id, l.person_id, l.started_on, l.ended_on, l.eligibility, l.personal_adviser, l.formerly_uasc,
  l.health_passport_on, l.team, p.pathway_plan_on
from care_leavers as l
left join plans as p on p.person_id = l.person_id
