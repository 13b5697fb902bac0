-- Review conferences held on plans of this authority, each with its due date. Those of one family on one day are one meeting.
with held as (
  select
    r.review_id, r.plan_id, r.child_id, r.person_id, r.held_on, p.started_on, p.team,
    lag(r.held_on) over (partition by r.plan_id order by r.held_on, r.review_id) as previous_held_on
  from cp_reviews as r
  join cp_plans as p on p.plan_id = r.plan_id
  where p.other_authority is not true and r.held_on is not null
)
select
  h.review_id, h.plan_id, h.child_id, h.person_id, h.held_on, h.team, h.previous_held_on,
  coalesce(h.previous_held_on, h.started_on) as clock_from,
  case
    when h.previous_held_on is null then months_after(h.started_on, limit('cp_first_review_months', h.started_on))
    else months_after(h.previous_held_on, limit('cp_later_review_months', h.previous_held_on))
  end as due_on,
  h.held_on || ' ' || coalesce('family ' || c.family_id, 'child ' || h.person_id) as meeting
from held as h
left join children as c on c.child_id = h.child_id
