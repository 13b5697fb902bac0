-- A period of care, cut wherever the current placement changes. Of several open ones the latest started is current.
with cuts as (
  select care_period_id, started_on as day from looked_after
  union
  select p.care_period_id, p.started_on as day
  from placements_in_order as p
  join looked_after as l on l.care_period_id = p.care_period_id
  where p.started_on > l.started_on and (l.ended_on is null or p.started_on < l.ended_on)
  union
  select p.care_period_id, p.ended_on as day
  from placements_in_order as p
  join looked_after as l on l.care_period_id = p.care_period_id
  where p.ended_on > l.started_on and (l.ended_on is null or p.ended_on < l.ended_on)
),
current_one as (
  select
    c.care_period_id, c.day, p.placement_id, p.type, p.provider, p.distance_miles, p.in_authority, p.stay_started_on,
    p.previous_stay_started_on,
    row_number() over (
      partition by c.care_period_id, c.day order by p.started_on desc nulls last, p.placement_id desc
    ) as choice
  from cuts as c
  left join placements_in_order as p
    on p.care_period_id = c.care_period_id
   and p.started_on <= c.day
   and (p.ended_on is null or p.ended_on > c.day)
)
select
  l.care_period_id, l.child_id, l.person_id, l.started_on, l.team, l.date_of_birth, n.placement_id, n.type, n.provider,
  n.distance_miles, n.in_authority, n.stay_started_on, n.previous_stay_started_on,
  n.day as from_day,
  coalesce(lead(n.day) over (partition by n.care_period_id order by n.day), l.ended_on) as until_day
from current_one as n
join looked_after as l on l.care_period_id = n.care_period_id
where n.choice = 1
