-- Visits on plans of this authority, each with the visit before it on the plan.
select
  v.visit_id, v.plan_id, v.child_id, v.person_id, v.visited_on, v.seen, v.seen_alone, p.team,
  coalesce(
    lag(v.visited_on) over (partition by v.plan_id order by v.visited_on, v.visit_id), p.started_on
  ) as clock_from
from cp_visits as v
join cp_plans as p on p.plan_id = v.plan_id
where p.other_authority is not true
