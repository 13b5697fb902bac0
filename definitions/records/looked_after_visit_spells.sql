-- A period of care, cut at each visit: when the next visit is due.
with cuts as (
  select care_period_id, started_on as from_day, null as visited_on,
    days_after(started_on, limit('care_visit_days_after_placement', started_on)) as next_due_on
  from looked_after
  union all
  select l.care_period_id, greatest(v.visited_on, l.started_on) as from_day, v.visited_on, v.next_due_on
  from looked_after as l
  join care_visits_made as v on v.care_period_id = l.care_period_id
  where l.ended_on is null or v.visited_on < l.ended_on
),
last_of_day as (
  select care_period_id, from_day, visited_on, next_due_on,
    row_number() over (
      partition by care_period_id, from_day order by visited_on desc nulls last, next_due_on desc nulls last
    ) as choice
  from cuts
)
select
  l.care_period_id, l.child_id, l.person_id, l.started_on, l.team, d.visited_on as last_visit_on,
  coalesce(d.visited_on, l.started_on) as clock_from, d.next_due_on,
  d.from_day,
  coalesce(lead(d.from_day) over (partition by d.care_period_id order by d.from_day), l.ended_on) as until_day
from last_of_day as d
join looked_after as l on l.care_period_id = d.care_period_id
where d.choice = 1
