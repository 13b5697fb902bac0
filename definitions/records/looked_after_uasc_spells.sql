-- A period of care, cut wherever the child becomes, or is no longer, an unaccompanied asylum-seeking child.
with statuses as (
  select person_id, coalesce(started_on, date '1900-01-01') as started_on, ended_on
  from immigration_statuses
  where status = 'uasc'
),
cuts as (
  select care_period_id, started_on as day from looked_after
  union
  select l.care_period_id, s.started_on as day
  from looked_after as l
  join statuses as s on s.person_id = l.person_id
  where s.started_on > l.started_on and (l.ended_on is null or s.started_on < l.ended_on)
  union
  select l.care_period_id, s.ended_on as day
  from looked_after as l
  join statuses as s on s.person_id = l.person_id
  where s.ended_on > l.started_on and (l.ended_on is null or s.ended_on < l.ended_on)
),
answers as (
  select c.care_period_id, c.day, bool_or(s.started_on is not null) as is_uasc
  from cuts as c
  join looked_after as l on l.care_period_id = c.care_period_id
  left join statuses as s
    on s.person_id = l.person_id and s.started_on <= c.day and (s.ended_on is null or s.ended_on > c.day)
  group by c.care_period_id, c.day
)
select
  l.care_period_id, l.child_id, l.person_id, l.team, a.is_uasc,
  a.day as from_day,
  coalesce(lead(a.day) over (partition by a.care_period_id order by a.day), l.ended_on) as until_day
from answers as a
join looked_after as l on l.care_period_id = a.care_period_id
