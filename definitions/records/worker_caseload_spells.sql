-- A worker's spell in a post, cut wherever the number of allocations that the worker holds changes.
-- Social worker's allocations are counted apart; a caseholder holds as social worker, personal adviser or early help worker.
with held as (
  select worker_id, started_on, ended_on, case when role = 'social_worker' then 1 else 0 end as as_social_worker
  from allocations
  where role in ('social_worker', 'personal_adviser', 'early_help') and (ended_on is null or ended_on > started_on)
),
changes as (
  select worker_id, started_on as day, 1 as cases, as_social_worker as social_work_cases from held
  union all
  select worker_id, ended_on as day, -1 as cases, 0 - as_social_worker as social_work_cases from held where ended_on is not null
),
daily as (
  select worker_id, day, sum(cases) as cases, sum(social_work_cases) as social_work_cases
  from changes
  group by worker_id, day
),
counted as (
  select worker_id, day as from_day,
    sum(cases) over (partition by worker_id order by day) as cases,
    sum(social_work_cases) over (partition by worker_id order by day) as social_work_cases,
    lead(day) over (partition by worker_id order by day) as until_day
  from daily
)
select
  case when false then w.worker_id end as child_id, case when false then w.worker_id end as person_id,
  w.worker_id, w.started_on, coalesce(w.fte, case when w.agency then 1 end) as fte, w.team,
  c.cases, c.social_work_cases,
  greatest(w.started_on, c.from_day) as from_day, least(w.ended_on, c.until_day) as until_day
from workers as w
join counted as c
  on c.worker_id = w.worker_id
 and (w.ended_on is null or c.from_day < w.ended_on)
 and (c.until_day is null or w.started_on is null or c.until_day > w.started_on)
where c.cases > 0
