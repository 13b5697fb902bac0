-- A period of care, cut wherever the child's number of placements in the 12 months up to the day, or since 1 April, changes.
-- A stay counts from the day it starts until the first day whose window begins on or after the stay's end:
-- the window of 12 months begins the day after the day 12 months earlier, the other on 1 April.
with stays as (
  select p.person_id, p.care_period_id, p.stay, min(p.started_on) as started_on,
    case when bool_or(p.ended_on is null) then null else max(p.ended_on) end as ended_on
  from placements_in_order as p
  where p.type is null or p.type not in ('T0', 'T1', 'T2', 'T3', 'T4')
  group by p.person_id, p.care_period_id, p.stay
),
changes as (
  select person_id, started_on as day, 1 as in_12_months, 1 as in_year from stays
  union all
  select person_id, birthday(days_after(ended_on, -1), 1) as day, -1 as in_12_months, 0 as in_year
  from stays
  where ended_on is not null
  union all
  select person_id, months_after(financial_year_start(days_after(ended_on, -1)), 12) as day, 0 as in_12_months, -1 as in_year
  from stays
  where ended_on is not null
),
daily as (
  select person_id, day, sum(in_12_months) as in_12_months, sum(in_year) as in_year
  from changes
  group by person_id, day
),
counted as (
  select person_id, day as from_day,
    sum(in_12_months) over (partition by person_id order by day) as placements_12m,
    sum(in_year) over (partition by person_id order by day) as placements_ytd,
    lead(day) over (partition by person_id order by day) as until_day
  from daily
),
pieces as (
  select l.care_period_id, greatest(l.started_on, c.from_day) as from_day, least(l.ended_on, c.until_day) as until_day,
    c.placements_12m, c.placements_ytd
  from looked_after as l
  join counted as c
    on c.person_id = l.person_id
   and (l.ended_on is null or c.from_day < l.ended_on)
   and (c.until_day is null or c.until_day > l.started_on)
),
firsts as (
  select care_period_id, min(from_day) as first_counted_on from pieces group by care_period_id
)
select l.care_period_id, l.child_id, l.person_id, l.team, p.from_day, p.until_day, p.placements_12m, p.placements_ytd
from pieces as p
join looked_after as l on l.care_period_id = p.care_period_id
union all
select l.care_period_id, l.child_id, l.person_id, l.team, l.started_on as from_day,
  coalesce(f.first_counted_on, l.ended_on) as until_day, 0 as placements_12m, 0 as placements_ytd
from looked_after as l
left join firsts as f on f.care_period_id = l.care_period_id
where f.first_counted_on is null or f.first_counted_on > l.started_on
