-- A period of care, cut wherever a care plan of the child starts, is authorised or ends. Of several open ones the latest started
-- says what the plan for permanence is.
with days as (
  select person_id, started_on as day from care_plans
  union
  select person_id, authorised_on as day from care_plans where authorised_on is not null
  union
  select person_id, ended_on as day from care_plans where ended_on is not null
),
cuts as (
  select care_period_id, started_on as day from looked_after
  union
  select l.care_period_id, d.day
  from looked_after as l
  join days as d on d.person_id = l.person_id
  where d.day > l.started_on and (l.ended_on is null or d.day < l.ended_on)
),
open_plans as (
  select c.care_period_id, c.day, p.permanence_plan, p.matched_on,
    coalesce(p.authorised_on <= c.day, false) as is_authorised,
    row_number() over (
      partition by c.care_period_id, c.day order by p.started_on desc nulls last, p.care_plan_id desc
    ) as choice
  from cuts as c
  join looked_after as l on l.care_period_id = c.care_period_id
  left join care_plans as p
    on p.person_id = l.person_id and p.started_on <= c.day and (p.ended_on is null or p.ended_on > c.day)
),
answers as (
  select care_period_id, day, bool_or(is_authorised) as has_authorised_plan,
    max(case when choice = 1 then permanence_plan end) as permanence_plan,
    max(case when choice = 1 then matched_on end) as matched_on
  from open_plans
  group by care_period_id, day
)
select
  l.care_period_id, l.child_id, l.person_id, l.team, a.has_authorised_plan, a.permanence_plan, a.matched_on,
  a.day as from_day,
  coalesce(lead(a.day) over (partition by a.care_period_id order by a.day), l.ended_on) as until_day
from answers as a
join looked_after as l on l.care_period_id = a.care_period_id
