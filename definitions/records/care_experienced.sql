-- Children looked after and young people with leaving-care support, with their first authorised pathway plan.
with spells as (
  select child_id, person_id, 'looked_after' as kind, started_on, ended_on, team from looked_after
  union all
  select child_id, person_id, 'care_leaver' as kind, started_on, ended_on, team from care_leavers
),
plans as (
  select person_id, min(authorised_on) as pathway_plan_on from pathway_plans group by person_id
)
select s.child_id, s.person_id, s.kind, s.started_on, s.ended_on, s.team, b.date_of_birth, p.pathway_plan_on
from spells as s
left join plans as p on p.person_id = s.person_id
left join children as b on b.child_id = s.child_id
