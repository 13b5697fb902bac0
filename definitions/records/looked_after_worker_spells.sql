-- A period of care, cut wherever a social worker comes to hold the child or no longer does; of those who hold the child on
-- a day, the one who has done so for longest counts. A worker's allocations that overlap or meet are one.
with allocated as (
  select person_id, worker_id, allocation_id, started_on, coalesce(ended_on, date '2100-12-31') as ended_on
  from allocations
  where role = 'social_worker' and (ended_on is null or ended_on > started_on)
),
marked as (
  select person_id, worker_id, allocation_id, started_on, ended_on,
    max(ended_on) over (
      partition by person_id, worker_id order by started_on, ended_on, allocation_id
      rows between unbounded preceding and 1 preceding
    ) as ended_before
  from allocated
),
numbered as (
  select person_id, worker_id, started_on, ended_on,
    sum(case when started_on <= ended_before then 0 else 1 end) over (
      partition by person_id, worker_id order by started_on, ended_on, allocation_id
      rows between unbounded preceding and current row
    ) as spell
  from marked
),
holdings as (
  select person_id, worker_id, spell, min(started_on) as started_on, max(ended_on) as ended_on
  from numbered
  group by person_id, worker_id, spell
),
days as (
  select care_period_id, started_on as day from looked_after
  union
  select p.care_period_id, h.started_on as day
  from looked_after as p
  join holdings as h on h.person_id = p.person_id and h.started_on > p.started_on
  where p.ended_on is null or h.started_on < p.ended_on
  union
  select p.care_period_id, h.ended_on as day
  from looked_after as p
  join holdings as h on h.person_id = p.person_id and h.ended_on > p.started_on
  where h.ended_on < date '2100-12-31' and (p.ended_on is null or h.ended_on < p.ended_on)
),
pieces as (
  select care_period_id, day as from_day, lead(day) over (partition by care_period_id order by day) as next_day
  from days
),
longest as (
  select c.care_period_id, c.from_day, min(h.started_on) as held_since
  from pieces as c
  join looked_after as p on p.care_period_id = c.care_period_id
  join holdings as h on h.person_id = p.person_id and h.started_on <= c.from_day and h.ended_on > c.from_day
  group by c.care_period_id, c.from_day
)
select
  p.care_period_id, p.child_id, p.person_id, p.started_on, p.team, h.held_since,
  c.from_day, coalesce(c.next_day, p.ended_on) as until_day
from pieces as c
join looked_after as p on p.care_period_id = c.care_period_id
left join longest as h on h.care_period_id = c.care_period_id and h.from_day = c.from_day
