-- A spell of early help with the first assessment that was open in it or started in it.
with first_of as (
  select e.episode_id, min(a.started_on) as first_assessment_on
  from early_help_episodes as e
  join early_help_assessments as a
    on a.person_id = e.person_id
   and (a.completed_on is null or a.completed_on >= e.started_on)
   and (e.ended_on is null or a.started_on < e.ended_on)
  group by e.episode_id
)
select e.episode_id, e.child_id, e.person_id, e.started_on, e.ended_on, e.team, f.first_assessment_on
from early_help_episodes as e
left join first_of as f on f.episode_id = e.episode_id
