-- A child in need plan, cut at each review held: the latest one on or before the day counts.
with events as (
  select distinct person_id, held_on from cin_reviews where held_on is not null
),
cuts as (
  select p.plan_id, p.started_on as from_day, max(e.held_on) as last_review_on
  from cin_plans as p
  left join events as e on e.person_id = p.person_id and e.held_on <= p.started_on
  group by p.plan_id, p.started_on
  union all
  select p.plan_id, e.held_on as from_day, e.held_on as last_review_on
  from cin_plans as p
  join events as e on e.person_id = p.person_id and e.held_on > p.started_on
  where p.ended_on is null or e.held_on < p.ended_on
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.disabled_children_team, p.team, c.last_review_on,
  coalesce(c.last_review_on, p.started_on) as clock_from,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.plan_id order by c.from_day), p.ended_on) as until_day
from cuts as c
join cin_plans as p on p.plan_id = c.plan_id
