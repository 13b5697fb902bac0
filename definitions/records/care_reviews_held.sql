-- Reviews held of looked after children (respite and cancelled reviews left out), each with its number in the period of care and due date.
with held as (
  select
    r.review_id, r.care_period_id, p.child_id, p.person_id, r.held_on, p.started_on, p.team,
    row_number() over (partition by r.care_period_id order by r.held_on, r.review_id) as number,
    lag(r.held_on) over (partition by r.care_period_id order by r.held_on, r.review_id) as previous_held_on
  from care_reviews as r
  join looked_after as p on p.care_period_id = r.care_period_id
  where r.cancelled is not true and r.held_on is not null
)
select
  review_id, care_period_id, child_id, person_id, held_on, team, number,
  coalesce(previous_held_on, started_on) as clock_from,
  case
    when number = 1 then add_working_days(started_on, limit('care_first_review_working_days', started_on))
    when number = 2 then months_after(previous_held_on, limit('care_second_review_months', previous_held_on))
    else months_after(previous_held_on, limit('care_later_review_months', previous_held_on))
  end as due_on
from held
