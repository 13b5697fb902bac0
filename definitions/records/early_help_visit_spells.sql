-- A spell of early help, cut at each early help visit to the child: the latest one on or before the day counts.
with events as (
  select distinct person_id, visited_on from early_help_visits
),
cuts as (
  select p.episode_id, p.started_on as from_day, max(e.visited_on) as last_visit_on
  from early_help_episodes as p
  left join events as e on e.person_id = p.person_id and e.visited_on <= p.started_on
  group by p.episode_id, p.started_on
  union all
  select p.episode_id, e.visited_on as from_day, e.visited_on as last_visit_on
  from early_help_episodes as p
  join events as e on e.person_id = p.person_id and e.visited_on > p.started_on
  where p.ended_on is null or e.visited_on < p.ended_on
)
select
  p.episode_id, p.child_id, p.person_id, p.started_on, p.team, c.last_visit_on,
  coalesce(c.last_visit_on, p.started_on) as clock_from,
  c.from_day,
  coalesce(lead(c.from_day) over (partition by c.episode_id order by c.from_day), p.ended_on) as until_day
from cuts as c
join early_help_episodes as p on p.episode_id = c.episode_id
