-- An assessment, cut at each supervision of the child: the latest one on or before the day counts.
with events as (
  select distinct person_id, held_on from supervisions
),
open_assessments as (
  select assessment_id, child_id, person_id, started_on, completed_on as ended_on, team from assessments
),
cuts as (
  select p.assessment_id, p.started_on as from_day, max(e.held_on) as last_supervision_on
  from open_assessments as p
  left join events as e on e.person_id = p.person_id and e.held_on <= p.started_on
  group by p.assessment_id, p.started_on
  union all
  select p.assessment_id, e.held_on as from_day, e.held_on as last_supervision_on
  from open_assessments as p
  join events as e on e.person_id = p.person_id and e.held_on > p.started_on
  where p.ended_on is null or e.held_on < p.ended_on
)
select
  p.assessment_id, p.child_id, p.person_id, p.started_on, p.team, c.last_supervision_on,
  coalesce(c.last_supervision_on, p.started_on) as clock_from,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.assessment_id order by c.from_day), p.ended_on) as until_day
from cuts as c
join open_assessments as p on p.assessment_id = c.assessment_id
