-- Episodes of need that are open, or closed in the window. The case status of an open one is the weightiest service that the
-- child has on the day.
with episodes as (
  select need_id, child_id, person_id, started_on, ended_on, close_reason, primary_need, team, worker_id
  from need
  where ended_on is null or ended_on >= window_start
),
services as (
  select person_id, 1 as weight, started_on, ended_on from care
  union all
  select person_id, 2 as weight, started_on, ended_on from cp_plans where other_authority is not true
  union all
  select person_id, 3 as weight, started_on, ended_on from cin_plans
  union all
  select person_id, 4 as weight, started_on, completed_on as ended_on from assessments
),
open_services as (
  select person_id, min(weight) as weight
  from services
  where started_on <= run_as_at and (ended_on is null or ended_on > run_as_at)
  group by person_id
),
visits as (
  select person_id, visited_on from cin_visits where seen is not false
  union all
  select person_id, visited_on from cp_visits where seen is not false
  union all
  select person_id, visited_on from care_visits where seen is not false
),
last_seen as (
  select e.need_id, max(v.visited_on) as seen_on
  from episodes as e
  join visits as v
    on v.person_id = e.person_id and v.visited_on >= e.started_on and (e.ended_on is null or v.visited_on <= e.ended_on)
  group by e.need_id
)
select
  e.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  e.started_on as "CIN Start Date",
  e.primary_need as "Primary Need Code",
  s.seen_on as "Date Child Was Last Seen",
  e.ended_on as "CIN Closure Date",
  case when e.ended_on is not null then e.close_reason end as "Reason for Closure",
  case when e.ended_on is not null then 'closed' when o.weight = 1 then 'looked_after' when o.weight = 2 then 'child_protection'
    when o.weight = 3 then 'child_in_need' when o.weight = 4 then 'assessment' end as "Case Status",
  coalesce(case when e.ended_on is null then q.team end, e.team) as "Allocated Team",
  coalesce(case when e.ended_on is null then w.worker_id end, e.worker_id) as "Allocated Worker"
from episodes as e
left join open_services as o on o.person_id = e.person_id
left join last_seen as s on s.need_id = e.need_id
left join teams as q on q.person_id = e.person_id
left join social_workers as w on w.person_id = e.person_id
left join children as c on c.child_id = e.child_id
left join disabled_children as d on d.child_id = e.child_id
