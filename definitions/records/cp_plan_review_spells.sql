-- A plan of this authority, cut at each review: whether one was late so far, and when the next is due.
with cuts as (
  select plan_id, started_on as from_day, null as held_on, false as late
  from cp_plans
  where other_authority is not true
  union all
  select r.plan_id, greatest(r.held_on, p.started_on) as from_day, r.held_on, r.held_on > r.due_on as late
  from cp_reviews_held as r
  join cp_plans as p on p.plan_id = r.plan_id
  where p.ended_on is null or r.held_on < p.ended_on
),
days as (
  select plan_id, from_day, max(held_on) as held_on, bool_or(late) as late
  from cuts
  group by plan_id, from_day
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.team, d.held_on as last_review_on,
  coalesce(bool_or(d.late) over (partition by d.plan_id order by d.from_day), false) as late_so_far,
  coalesce(d.held_on, p.started_on) as clock_from,
  case
    when d.held_on is null then months_after(p.started_on, limit('cp_first_review_months', p.started_on))
    else months_after(d.held_on, limit('cp_later_review_months', d.held_on))
  end as next_due_on,
  d.from_day,
  coalesce(lead(d.from_day) over (partition by d.plan_id order by d.from_day), p.ended_on) as until_day
from days as d
join cp_plans as p on p.plan_id = d.plan_id
