-- A period of care, cut at each day on which a pathway plan of the young person was authorised or reviewed.
with days as (
  select person_id, authorised_on as day from pathway_plans where authorised_on is not null
  union
  select person_id, reviewed_on as day from pathway_plans where authorised_on is not null and reviewed_on >= authorised_on
),
known as (
  select l.care_period_id, l.started_on as from_day, max(d.day) as last_plan_on
  from looked_after as l
  left join days as d on d.person_id = l.person_id and d.day <= l.started_on
  group by l.care_period_id, l.started_on
  union all
  select l.care_period_id, d.day as from_day, d.day as last_plan_on
  from looked_after as l
  join days as d on d.person_id = l.person_id
  where d.day > l.started_on and (l.ended_on is null or d.day < l.ended_on)
)
select
  l.care_period_id, l.child_id, l.person_id, l.team, l.date_of_birth, k.last_plan_on,
  months_after(k.last_plan_on, limit('pathway_plan_review_months', k.last_plan_on)) as next_due_on,
  k.from_day,
  coalesce(lead(k.from_day) over (partition by k.care_period_id order by k.from_day), l.ended_on) as until_day
from known as k
join looked_after as l on l.care_period_id = k.care_period_id
