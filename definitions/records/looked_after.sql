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
),
adoption as (
  select p.care_period_id, max(f.placed_on) as placed_for_adoption_on
  from care_periods as p
  join permanence as f
    on f.person_id = p.person_id
   and (f.care_period_id = p.care_period_id or (f.care_period_id is null and f.placed_on >= p.started_on))
   and (p.ended_on is null or f.placed_on <= p.ended_on)
  group by p.care_period_id
),
initial_health as (
  select p.care_period_id, min(h.completed_on) as initial_health_on
  from care_periods as p
  join health_checks as h on h.person_id = p.person_id and h.completed_on >= p.started_on
  where h.type = 'initial_health' and coalesce(h.status, 'completed') = 'completed'
  group by p.care_period_id
)
select
  p.care_period_id, p.child_id, p.person_id, p.started_on, p.ended_on, p.end_reason, p.primary_need, p.team,
  c.date_of_birth, a.placed_for_adoption_on, i.initial_health_on
from care_periods as p
left join statuses as s on s.care_period_id = p.care_period_id
left join adoption as a on a.care_period_id = p.care_period_id
left join initial_health as i on i.care_period_id = p.care_period_id
left join children as c on c.child_id = p.child_id
where s.only_respite is not true
