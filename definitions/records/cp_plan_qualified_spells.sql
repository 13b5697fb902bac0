-- A child protection plan, cut wherever the child comes to be held by a qualified social worker or no longer is.
with plans as (
  select plan_id, child_id, person_id, started_on, ended_on, team from cp_plans where other_authority is not true
),
days as (
  select plan_id, started_on as day from plans
  union
  select p.plan_id, q.started_on as day
  from plans as p
  join children_with_qualified_worker as q on q.person_id = p.person_id and q.started_on > p.started_on
  where p.ended_on is null or q.started_on < p.ended_on
  union
  select p.plan_id, q.ended_on as day
  from plans as p
  join children_with_qualified_worker as q on q.person_id = p.person_id and q.ended_on > p.started_on
  where p.ended_on is null or q.ended_on < p.ended_on
),
pieces as (
  select plan_id, day as from_day, lead(day) over (partition by plan_id order by day) as next_day
  from days
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.team, q.person_id is not null as with_qualified_worker,
  c.from_day, coalesce(c.next_day, p.ended_on) as until_day
from pieces as c
join plans as p on p.plan_id = c.plan_id
left join children_with_qualified_worker as q
  on q.person_id = p.person_id and q.started_on <= c.from_day and (q.ended_on is null or q.ended_on > c.from_day)
