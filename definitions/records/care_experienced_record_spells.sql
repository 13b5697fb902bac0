-- Children looked after and care leavers, cut at each day on which something was recorded of them: the latest record counts.
with records as (
  select person_id, recorded_on, activity,
    row_number() over (partition by person_id, recorded_on order by child_id) as choice
  from care_leaver_contacts
),
cuts as (
  select child_id, kind, started_on, started_on as day from care_experienced
  union
  select s.child_id, s.kind, s.started_on, r.recorded_on as day
  from care_experienced as s
  join records as r on r.person_id = s.person_id
  where r.recorded_on > s.started_on and (s.ended_on is null or r.recorded_on < s.ended_on)
),
known as (
  select c.child_id, c.kind, c.started_on, c.day, max(r.recorded_on) as recorded_on
  from cuts as c
  join care_experienced as s on s.child_id = c.child_id and s.kind = c.kind and s.started_on = c.started_on
  left join records as r on r.person_id = s.person_id and r.recorded_on <= c.day
  group by c.child_id, c.kind, c.started_on, c.day
)
select
  s.child_id, s.person_id, s.kind, s.started_on, s.team, s.date_of_birth, r.activity,
  k.day as from_day,
  coalesce(lead(k.day) over (partition by k.child_id, k.kind, k.started_on order by k.day), s.ended_on) as until_day
from known as k
join care_experienced as s on s.child_id = k.child_id and s.kind = k.kind and s.started_on = k.started_on
left join records as r on r.person_id = s.person_id and r.recorded_on = k.recorded_on and r.choice = 1
