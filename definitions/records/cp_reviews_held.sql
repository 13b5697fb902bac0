-- Review conferences held on plans of this authority, each with its due date.
with held as (
  select
    r.review_id, r.plan_id, r.child_id, r.person_id, r.held_on, p.started_on, p.team,
    lag(r.held_on) over (partition by r.plan_id order by r.held_on, r.review_id) as previous_held_on
  from cp_reviews as r
  join cp_plans as p on p.plan_id = r.plan_id
  where p.other_authority is not true and r.held_on is not null
)
select
  review_id, plan_id, child_id, person_id, held_on, team, previous_held_on,
  coalesce(previous_held_on, started_on) as clock_from,
  case
    when previous_held_on is null then months_after(started_on, limit('cp_first_review_months', started_on))
    else months_after(previous_held_on, limit('cp_later_review_months', previous_held_on))
  end as due_on
from held
