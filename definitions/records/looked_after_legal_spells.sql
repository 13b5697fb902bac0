-- A period of care, cut wherever the legal status changes. Of several open ones the latest started holds.
with cuts as (
  select care_period_id, started_on as day from looked_after
  union
  select l.care_period_id, s.started_on as day
  from looked_after as l
  join legal_statuses as s on s.person_id = l.person_id
  where s.started_on > l.started_on and (l.ended_on is null or s.started_on < l.ended_on)
  union
  select l.care_period_id, s.ended_on as day
  from looked_after as l
  join legal_statuses as s on s.person_id = l.person_id
  where s.ended_on > l.started_on and (l.ended_on is null or s.ended_on < l.ended_on)
),
current_one as (
  select c.care_period_id, c.day, s.status,
    row_number() over (partition by c.care_period_id, c.day order by s.started_on desc nulls last, s.status) as choice
  from cuts as c
  join looked_after as l on l.care_period_id = c.care_period_id
  left join legal_statuses as s
    on s.person_id = l.person_id and s.started_on <= c.day and (s.ended_on is null or s.ended_on > c.day)
)
select
  l.care_period_id, l.child_id, l.person_id, l.team, n.status,
  n.day as from_day,
  coalesce(lead(n.day) over (partition by n.care_period_id order by n.day), l.ended_on) as until_day
from current_one as n
join looked_after as l on l.care_period_id = n.care_period_id
where n.choice = 1
