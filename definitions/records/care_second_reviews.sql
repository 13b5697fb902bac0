-- The second review held in each period of care, and whether a plan for permanence had been recorded by then.
with planned as (
  select r.review_id, min(p.started_on) as permanence_planned_on
  from care_reviews_held as r
  join care_plans as p
    on p.person_id = r.person_id and p.started_on <= r.held_on and (p.ended_on is null or p.ended_on > r.held_on)
  where p.permanence_plan is not null and p.permanence_plan <> 'none'
  group by r.review_id
)
select r.review_id, r.care_period_id, r.child_id, r.person_id, r.held_on, r.team, p.permanence_planned_on
from care_reviews_held as r
left join planned as p on p.review_id = r.review_id
where r.number = 2
