-- The days on which a child is held by a social worker who is in a post as qualified. Spells that overlap or meet are one.
with held as (
  select a.child_id, a.person_id, greatest(a.started_on, w.started_on) as started_on,
    coalesce(least(a.ended_on, w.ended_on), date '2100-12-31') as ended_on
  from allocations as a
  join workers as w on w.worker_id = a.worker_id
  where a.role = 'social_worker' and w.qualified
),
spells as (
  select child_id, person_id, started_on, ended_on from held where ended_on > started_on
),
marked as (
  select child_id, person_id, started_on, ended_on,
    max(ended_on) over (
      partition by person_id order by started_on, ended_on, child_id rows between unbounded preceding and 1 preceding
    ) as ended_before
  from spells
),
numbered as (
  select child_id, person_id, started_on, ended_on,
    sum(case when started_on <= ended_before then 0 else 1 end) over (
      partition by person_id order by started_on, ended_on, child_id rows between unbounded preceding and current row
    ) as spell
  from marked
)
select min(child_id) as child_id, person_id, min(started_on) as started_on,
  case when max(ended_on) = date '2100-12-31' then null else max(ended_on) end as ended_on
from numbered
group by person_id, spell
