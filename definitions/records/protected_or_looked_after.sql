-- The days on which a child has a child protection plan of this authority or is looked after. Spells that overlap or meet are one.
with spells as (
  select child_id, person_id, started_on, coalesce(ended_on, date '2100-12-31') as ended_on
  from cp_plans
  where other_authority is not true and (ended_on is null or ended_on > started_on)
  union all
  select child_id, person_id, started_on, coalesce(ended_on, date '2100-12-31') as ended_on
  from looked_after
  where ended_on is null or ended_on > started_on
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
