-- The days on which a looked after child is also an unaccompanied asylum-seeking child. Statuses that overlap or meet are one.
with statuses as (
  select person_id,
    coalesce(started_on, date '1900-01-01') as started_on,
    coalesce(ended_on, date '2100-12-31') as ended_on
  from immigration_statuses
  where status = 'uasc'
),
marked as (
  select person_id, started_on, ended_on,
    max(ended_on) over (
      partition by person_id order by started_on, ended_on rows between unbounded preceding and 1 preceding
    ) as ended_before
  from statuses
),
numbered as (
  select person_id, started_on, ended_on,
    sum(case when started_on <= ended_before then 0 else 1 end) over (
      partition by person_id order by started_on, ended_on rows between unbounded preceding and current row
    ) as spell
  from marked
),
merged as (
  select person_id, spell, min(started_on) as started_on, max(ended_on) as ended_on
  from numbered
  group by person_id, spell
)
select
  p.care_period_id, p.child_id, p.person_id, p.team,
  greatest(p.started_on, s.started_on) as from_day,
  case when s.ended_on = date '2100-12-31' then p.ended_on else least(p.ended_on, s.ended_on) end as until_day
from looked_after as p
join merged as s
  on s.person_id = p.person_id
 and (p.ended_on is null or s.started_on < p.ended_on)
 and s.ended_on > p.started_on
