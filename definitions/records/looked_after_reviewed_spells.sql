-- A period of care, cut at each review held and at each 1 April after one: whether those held since 1 April were all in time.
with held as (
  select r.care_period_id, r.held_on, r.due_on, l.started_on, l.ended_on,
    case when r.held_on <= r.due_on then 0 else 1 end as late,
    financial_year_start(r.held_on) as year
  from care_reviews_held as r
  join looked_after as l on l.care_period_id = r.care_period_id
  where r.due_on is not null and (l.ended_on is null or r.held_on < l.ended_on)
),
days as (
  select care_period_id, year, started_on, greatest(held_on, started_on) as from_day, sum(late) as late, count(*) as held
  from held
  group by care_period_id, year, started_on, greatest(held_on, started_on)
),
running as (
  select care_period_id, year, started_on, from_day,
    sum(held) over (partition by care_period_id, year order by from_day) as reviews_since_april,
    sum(late) over (partition by care_period_id, year order by from_day) as late_since_april,
    coalesce(
      lead(from_day) over (partition by care_period_id, year order by from_day), months_after(year, 12)
    ) as until_day
  from days
)
select
  l.care_period_id, l.child_id, l.person_id, l.team, r.reviews_since_april, r.late_since_april,
  r.from_day, least(r.until_day, l.ended_on) as until_day
from running as r
join looked_after as l on l.care_period_id = r.care_period_id
where r.from_day < r.until_day
