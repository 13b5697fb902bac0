-- A period of care, cut at each review held: when the next review is due.
with cuts as (
  select care_period_id, started_on as from_day, null as held_on, 0 as number from looked_after
  union all
  select l.care_period_id, greatest(r.held_on, l.started_on) as from_day, r.held_on, r.number
  from looked_after as l
  join care_reviews_held as r on r.care_period_id = l.care_period_id
  where l.ended_on is null or r.held_on < l.ended_on
),
days as (
  select care_period_id, from_day, max(held_on) as held_on, max(number) as number
  from cuts
  group by care_period_id, from_day
)
select
  l.care_period_id, l.child_id, l.person_id, l.started_on, l.team, d.held_on as last_review_on, d.number as reviews_held,
  coalesce(d.held_on, l.started_on) as clock_from,
  case
    when d.number = 0 then add_working_days(l.started_on, limit('care_first_review_working_days', l.started_on))
    when d.number = 1 then months_after(d.held_on, limit('care_second_review_months', d.held_on))
    else months_after(d.held_on, limit('care_later_review_months', d.held_on))
  end as next_due_on,
  d.from_day,
  coalesce(lead(d.from_day) over (partition by d.care_period_id order by d.from_day), l.ended_on) as until_day
from days as d
join looked_after as l on l.care_period_id = d.care_period_id
