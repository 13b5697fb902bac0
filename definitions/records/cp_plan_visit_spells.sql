-- A plan of this authority, cut at each visit: on every day that the plan is open exactly one row covers it.
with cuts as (
  select
    p.plan_id, p.started_on as from_day, max(v.visited_on) as last_visit_on,
    max(case when v.seen then v.visited_on end) as seen_on,
    max(case when v.seen_alone then v.visited_on end) as seen_alone_on
  from cp_plans as p
  left join cp_visits as v on v.plan_id = p.plan_id and v.visited_on <= p.started_on
  where p.other_authority is not true
  group by p.plan_id, p.started_on
  union all
  select
    p.plan_id, v.visited_on as from_day, v.visited_on as last_visit_on,
    max(case when v.seen then v.visited_on end) as seen_on,
    max(case when v.seen_alone then v.visited_on end) as seen_alone_on
  from cp_plans as p
  join cp_visits as v on v.plan_id = p.plan_id and v.visited_on > p.started_on
  where p.other_authority is not true
    and (p.ended_on is null or v.visited_on < p.ended_on)
  group by p.plan_id, v.visited_on
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.team, c.last_visit_on,
  max(c.seen_on) over (partition by c.plan_id order by c.from_day) as last_seen_on,
  max(c.seen_alone_on) over (partition by c.plan_id order by c.from_day) as last_seen_alone_on,
  coalesce(c.last_visit_on, p.started_on) as clock_from,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.plan_id order by c.from_day), p.ended_on) as until_day
from cuts as c
join cp_plans as p on p.plan_id = c.plan_id
