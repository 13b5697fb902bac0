select
  e.episode_id, e.child_id, e.person_id, e.started_on, e.ended_on, e.reason, e.lead, e.source, e.team,
  coalesce('family ' || e.family_id, 'family ' || c.family_id, 'child ' || e.person_id) as family
from early_help_episodes as e
left join children as c on c.child_id = e.child_id
