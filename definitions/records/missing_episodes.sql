-- Episodes of children missing, with the day and hour that interviews are measured from, and where the child was looked after.
with days as (
  select episode_id, person_id, on_day(started_at) as started_on
  from missing_episodes
),
in_care as (
  select d.episode_id
  from days as d
  join looked_after as l
    on l.person_id = d.person_id
   and l.started_on <= d.started_on
   and (l.ended_on is null or l.ended_on > d.started_on)
  group by d.episode_id
),
placed as (
  select d.episode_id, max(p.distance_miles) as distance_miles
  from days as d
  join looked_after_placement_spells as p
    on p.person_id = d.person_id
   and p.from_day <= d.started_on
   and (p.until_day is null or p.until_day > d.started_on)
  group by d.episode_id
)
select
  m.episode_id, m.child_id, m.person_id, m.type, on_day(m.started_at) as started_on, m.started_at, m.ended_at,
  m.other_authority, m.interview_offered, m.interview_offered_at, m.interview_accepted, m.interview_completed_on,
  m.risk_assessed_on,
  on_day(m.interview_offered_at) as interview_offered_on,
  coalesce(on_day(m.interview_offered_at), m.interview_completed_on) as interview_answered_on,
  lag(on_day(m.started_at)) over (
    partition by m.person_id order by m.started_at, m.episode_id
  ) as previous_started_on,
  l.episode_id is not null and m.other_authority is not true as looked_after,
  p.distance_miles
from missing_episodes as m
left join in_care as l on l.episode_id = m.episode_id
left join placed as p on p.episode_id = m.episode_id
