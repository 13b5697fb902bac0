-- Child protection plans of this authority that are open, or ended in the window, with the latest visit and review on each.
with plans as (
  select plan_id, child_id, person_id, started_on, ended_on, initial_category, latest_category, previous_plans, team, worker_id
  from cp_plans
  where other_authority is not true
),
visits as (
  select v.plan_id, v.visited_on, v.seen_alone
  from cp_visits as v
  join plans as p on p.plan_id = v.plan_id and (p.ended_on is null or v.visited_on <= p.ended_on)
),
last_visits as (
  select plan_id, max(visited_on) as visited_on from visits group by plan_id
),
seen_alone as (
  select v.plan_id, bool_or(v.seen_alone) as alone
  from visits as v
  join last_visits as l on l.plan_id = v.plan_id and l.visited_on = v.visited_on
  group by v.plan_id
),
last_reviews as (
  select r.plan_id, max(r.held_on) as held_on
  from cp_reviews as r
  join plans as p on p.plan_id = r.plan_id and (p.ended_on is null or r.held_on <= p.ended_on)
  group by r.plan_id
),
earlier as (
  select p.plan_id, count(*) as plans
  from plans as p
  join plans as e on e.person_id = p.person_id and e.started_on < p.started_on
  group by p.plan_id
),
emergencies as (
  select person_id, count(*) as orders
  from legal_statuses
  where status in ('L1', 'L2') and started_on <= run_as_at
    and (ended_on is null or ended_on > days_after(months_before(run_as_at, 6), 1))
  group by person_id
)
select
  p.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  p.started_on as "Child Protection Plan Start Date",
  p.initial_category as "Initial Category of Abuse",
  p.latest_category as "Latest Category of Abuse",
  v.visited_on as "Date of the Last Statutory Visit",
  a.alone as "Was the Child Seen Alone?",
  r.held_on as "Date of latest review conference",
  p.ended_on as "Child Protection Plan End Date",
  m.person_id is not null
    as "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
  greatest(0, e.plans, p.previous_plans) as "Number of Previous Child Protection Plans",
  coalesce(case when p.ended_on is null then q.team end, p.team) as "Allocated Team",
  coalesce(case when p.ended_on is null then w.worker_id end, p.worker_id) as "Allocated Worker"
from plans as p
left join last_visits as v on v.plan_id = p.plan_id
left join seen_alone as a on a.plan_id = p.plan_id
left join last_reviews as r on r.plan_id = p.plan_id
left join earlier as e on e.plan_id = p.plan_id
left join emergencies as m on m.person_id = p.person_id
left join teams as q on q.person_id = p.person_id
left join social_workers as w on w.person_id = p.person_id
left join children as c on c.child_id = p.child_id
left join disabled_children as d on d.child_id = p.child_id
where p.ended_on is null or p.ended_on >= window_start
