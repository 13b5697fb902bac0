-- Episodes of children missing, with the day and hour that interviews are measured from.
select
  episode_id, child_id, person_id, type, on_day(started_at) as started_on, started_at, ended_at, other_authority,
  interview_offered, interview_offered_at, interview_accepted, interview_completed_on
from missing_episodes
