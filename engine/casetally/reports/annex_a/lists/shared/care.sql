-- Periods of care, less those that are only respite: every legal status known in them is V3 or V4.
with statuses as (
  select p.care_period_id, bool_and(s.status in ('V3', 'V4')) as only_respite
  from care_periods as p
  join legal_statuses as s
    on s.person_id = p.person_id
   and (p.ended_on is null or s.started_on < p.ended_on or s.started_on = p.started_on)
   and (s.ended_on is null or s.ended_on > p.started_on)
  where s.status is not null
  group by p.care_period_id
)
select p.care_period_id, p.child_id, p.person_id, p.started_on, p.ended_on, p.end_reason, p.primary_need, p.team, p.worker_id
from care_periods as p
left join statuses as s on s.care_period_id = p.care_period_id
where s.only_respite is not true
