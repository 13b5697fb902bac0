-- Child in need plans from one visit to the next, on the days on which the child has no child protection plan and is not
-- looked after.
with days as (
  select plan_id, from_day as day from cin_plan_visit_spells
  union
  select p.plan_id, x.started_on as day
  from cin_plan_visit_spells as p
  join protected_or_looked_after as x on x.person_id = p.person_id and x.started_on > p.from_day
  where p.until_day is null or x.started_on < p.until_day
  union
  select p.plan_id, x.ended_on as day
  from cin_plan_visit_spells as p
  join protected_or_looked_after as x on x.person_id = p.person_id and x.ended_on > p.from_day
  where p.until_day is null or x.ended_on < p.until_day
),
pieces as (
  select plan_id, day as from_day, lead(day) over (partition by plan_id order by day) as next_day
  from days
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.team, p.clock_from, p.agreed_days,
  c.from_day, coalesce(c.next_day, p.until_day) as until_day
from pieces as c
join cin_plan_visit_spells as p
  on p.plan_id = c.plan_id and p.from_day <= c.from_day and (p.until_day is null or p.until_day > c.from_day)
left join protected_or_looked_after as x
  on x.person_id = p.person_id and x.started_on <= c.from_day and (x.ended_on is null or x.ended_on > c.from_day)
where x.person_id is null
