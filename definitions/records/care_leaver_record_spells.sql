-- Leaving-care support, cut at each day on which something was recorded of the young person: the latest record counts.
with records as (
  select person_id, recorded_on, in_touch, accommodation, suitable, activity,
    row_number() over (partition by person_id, recorded_on order by child_id) as choice
  from care_leaver_contacts
),
supported as (
  select l.child_id, l.person_id, l.started_on, l.ended_on, l.team, max(r.recorded_on) as recorded_before_on
  from care_leavers as l
  left join records as r on r.person_id = l.person_id and r.recorded_on <= l.started_on
  group by l.child_id, l.person_id, l.started_on, l.ended_on, l.team
),
cuts as (
  select child_id, person_id, started_on, ended_on, team, started_on as from_day, recorded_before_on as recorded_on
  from supported
  union all
  select s.child_id, s.person_id, s.started_on, s.ended_on, s.team, r.recorded_on as from_day, r.recorded_on
  from supported as s
  join records as r on r.person_id = s.person_id and r.recorded_on > s.started_on
  where r.choice = 1 and (s.ended_on is null or r.recorded_on < s.ended_on)
)
select
  c.child_id, c.person_id, c.started_on, c.team, c.recorded_on, r.in_touch, r.accommodation, r.suitable, r.activity,
  l.eligibility, b.date_of_birth,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.child_id, c.started_on order by c.from_day), c.ended_on) as until_day
from cuts as c
left join records as r on r.person_id = c.person_id and r.recorded_on = c.recorded_on and r.choice = 1
left join care_leavers as l on l.child_id = c.child_id and l.started_on = c.started_on
left join children as b on b.child_id = c.child_id
