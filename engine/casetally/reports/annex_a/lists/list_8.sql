-- Periods of care (respite left out) that are open, or ended in the window. What is current is so on the day, or for a child who
-- has left on the last day of the period. Placements and missing episodes are counted over the 12 months up to the day.
with periods as (
  select care_period_id, child_id, person_id, started_on, ended_on, end_reason, primary_need, team, worker_id
  from care
  where ended_on is null or ended_on >= window_start
),
statuses as (
  select p.care_period_id, s.status, s.started_on,
    row_number() over (partition by p.care_period_id order by s.started_on desc, s.status) as choice
  from periods as p
  join legal_statuses as s
    on s.person_id = p.person_id
   and (p.ended_on is null or s.started_on < p.ended_on or s.started_on = p.started_on)
   and (s.ended_on is null or s.ended_on >= p.ended_on or (p.ended_on is null and s.ended_on > run_as_at))
),
earlier as (
  select p.care_period_id, count(*) as periods
  from periods as p
  join care as e
    on e.person_id = p.person_id and e.started_on < p.started_on
   and e.ended_on >= days_after(months_before(run_as_at, 12), 1)
  group by p.care_period_id
),
uasc as (
  select person_id, count(*) as statuses
  from immigration_statuses
  where status = 'uasc' and (started_on is null or started_on <= run_as_at)
    and (ended_on is null or ended_on > days_after(months_before(run_as_at, 12), 1))
  group by person_id
),
reviews as (
  select care_period_id, max(held_on) as held_on
  from care_reviews
  where cancelled is not true
  group by care_period_id
),
visits as (
  select p.care_period_id, max(v.visited_on) as visited_on
  from periods as p
  join care_visits as v
    on v.person_id = p.person_id and v.visited_on >= p.started_on and (p.ended_on is null or v.visited_on <= p.ended_on)
  where v.care_period_id is null or v.care_period_id = p.care_period_id
  group by p.care_period_id
),
care_plan as (
  select p.care_period_id, k.permanence_plan,
    row_number() over (partition by p.care_period_id order by k.started_on desc, k.care_plan_id desc) as choice
  from periods as p
  join care_plans as k
    on k.person_id = p.person_id
   and (p.ended_on is null or k.started_on < p.ended_on)
   and (k.ended_on is null or k.ended_on >= p.ended_on or (p.ended_on is null and k.ended_on > run_as_at))
),
health as (
  select person_id, max(completed_on) as completed_on
  from health_checks
  where type in ('initial_health', 'review_health') and coalesce(status, 'completed') = 'completed'
  group by person_id
),
dental as (
  select person_id, max(completed_on) as completed_on
  from health_checks
  where type = 'dental' and coalesce(status, 'completed') = 'completed'
  group by person_id
),
placed as (
  select p.placement_id, p.care_period_id, p.person_id, p.started_on, p.ended_on, p.type, p.provider, p.urn, p.in_authority,
    row_number() over (partition by p.care_period_id order by p.started_on desc, p.placement_id desc) as choice
  from placements as p
  join care as k on k.care_period_id = p.care_period_id
),
in_order as (
  select p.placement_id, p.care_period_id, p.person_id, p.started_on, p.ended_on, p.type,
    case when p.carer_id = lag(p.carer_id) over (partition by p.care_period_id order by p.started_on, p.placement_id)
      and p.started_on = lag(p.ended_on) over (partition by p.care_period_id order by p.started_on, p.placement_id)
      then 0 else 1 end as begins_a_stay
  from placements as p
  join care as k on k.care_period_id = p.care_period_id
),
numbered as (
  select placement_id, care_period_id, person_id, started_on, ended_on, type,
    sum(begins_a_stay) over (partition by care_period_id order by started_on, placement_id) as stay
  from in_order
),
stays as (
  select care_period_id, stay, min(started_on) as started_on
  from numbered
  group by care_period_id, stay
),
current_stay as (
  select care_period_id, max(started_on) as started_on
  from stays
  group by care_period_id
),
counted as (
  select person_id, care_period_id, stay
  from numbered
  where (type is null or type not in ('T0', 'T1', 'T2', 'T3', 'T4')) and started_on <= run_as_at
    and (ended_on is null or ended_on > days_after(months_before(run_as_at, 12), 1))
  group by person_id, care_period_id, stay
),
placements_12m as (
  select person_id, count(*) as stays from counted group by person_id
),
episodes as (
  select m.episode_id, m.person_id, m.type, m.started_at, m.interview_offered, m.interview_accepted
  from missing_episodes as m
  join care as k
    on k.person_id = m.person_id and k.started_on <= on_day(m.started_at)
   and (k.ended_on is null or k.ended_on > on_day(m.started_at))
  where m.other_authority is not true and on_day(m.started_at) > months_before(run_as_at, 12)
),
missing as (
  select person_id, count(distinct episode_id) as episodes from episodes where (type = 'A') is not true group by person_id
),
absent as (
  select person_id, count(distinct episode_id) as episodes from episodes where type = 'A' group by person_id
),
last_missing as (
  select person_id, interview_offered, interview_accepted,
    row_number() over (partition by person_id order by started_at desc, episode_id desc) as choice
  from episodes
  where (type = 'A') is not true
)
select
  p.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  u.person_id is not null as "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  p.started_on as "Date Started to be Looked After",
  p.primary_need as "Child's Category of Need",
  e.care_period_id is not null
    as "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
  s.started_on as "Start date of current legal status",
  s.status as "Child's Legal Status",
  r.held_on as "Date of Latest Statutory Review",
  v.visited_on as "Date of Last Social Work Visit",
  k.permanence_plan as "What is the permanence plan for this child?",
  h.completed_on as "Date of Last Health Assessment",
  t.completed_on as "Date of Last Dental Check",
  case when n.stays is null then 0 else n.stays end as "Number of Placements in the Last 12 months",
  p.ended_on as "Date Ceased to be Looked After",
  case when p.ended_on is not null then p.end_reason end as "Reason Ceased to be Looked After",
  y.started_on as "Start Date of Most Recent Placement",
  x.type as "Placement Type",
  x.provider as "Placement Provider",
  x.urn as "URN of Placement",
  x.in_authority as "Placement Location",
  case when m.episodes is null then 0 else m.episodes end
    as "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
  case when b.episodes is null then 0 else b.episodes end
    as "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
  l.interview_offered as "Was the child offered a Return Interview after their last missing episode (Y/N)?",
  l.interview_accepted as "Did the child accept a Return Interview after their last missing episode (Y/N)?",
  coalesce(case when p.ended_on is null then q.team end, p.team) as "Allocated Team",
  coalesce(case when p.ended_on is null then w.worker_id end, p.worker_id) as "Allocated Worker"
from periods as p
left join statuses as s on s.care_period_id = p.care_period_id and s.choice = 1
left join earlier as e on e.care_period_id = p.care_period_id
left join uasc as u on u.person_id = p.person_id
left join reviews as r on r.care_period_id = p.care_period_id
left join visits as v on v.care_period_id = p.care_period_id
left join care_plan as k on k.care_period_id = p.care_period_id and k.choice = 1
left join health as h on h.person_id = p.person_id
left join dental as t on t.person_id = p.person_id
left join placements_12m as n on n.person_id = p.person_id
left join placed as x on x.care_period_id = p.care_period_id and x.choice = 1
left join current_stay as y on y.care_period_id = p.care_period_id
left join missing as m on m.person_id = p.person_id
left join absent as b on b.person_id = p.person_id
left join last_missing as l on l.person_id = p.person_id and l.choice = 1
left join teams as q on q.person_id = p.person_id
left join social_workers as w on w.person_id = p.person_id
left join children as c on c.child_id = p.child_id
left join disabled_children as d on d.child_id = p.child_id
