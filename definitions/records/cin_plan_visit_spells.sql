-- A child in need plan, cut at each visit to the child: on every day that the plan is open exactly one row covers it.
with visits as (
  select distinct person_id, visited_on from cin_visits
),
cuts as (
  select p.plan_id, p.started_on as from_day, max(v.visited_on) as last_visit_on
  from cin_plans as p
  left join visits as v on v.person_id = p.person_id and v.visited_on <= p.started_on
  group by p.plan_id, p.started_on
  union all
  select p.plan_id, v.visited_on as from_day, v.visited_on as last_visit_on
  from cin_plans as p
  join visits as v on v.person_id = p.person_id and v.visited_on > p.started_on
  where p.ended_on is null or v.visited_on < p.ended_on
),
agreed as (
  select c.plan_id, c.from_day, a.interval_days,
    row_number() over (partition by c.plan_id, c.from_day order by a.started_on desc, a.interval_days, a.child_id) as choice
  from cuts as c
  join cin_plans as p on p.plan_id = c.plan_id
  join visit_plans as a
    on a.person_id = p.person_id
   and a.started_on <= coalesce(c.last_visit_on, p.started_on)
   and (a.ended_on is null or a.ended_on > coalesce(c.last_visit_on, p.started_on))
  where a.kind = 'cin'
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.disabled_children_team, p.team, c.last_visit_on,
  coalesce(c.last_visit_on, p.started_on) as clock_from,
  a.interval_days as agreed_days,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.plan_id order by c.from_day), p.ended_on) as until_day
from cuts as c
join cin_plans as p on p.plan_id = c.plan_id
left join agreed as a on a.plan_id = c.plan_id and a.from_day = c.from_day and a.choice = 1
