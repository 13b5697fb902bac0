-- Periods of care, less those that are only respite: every legal status known in them is V3 or V4.
with statuses as (
  select p.care_period_id, bool_and(s.status in ('V3', 'V4')) as only_respite,
    bool_or(s.status in ('J1', 'J2', 'J3') and s.started_on <= p.started_on) as remand_at_start
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
uasc as (
  select p.care_period_id,
    bool_or(
      (s.started_on is null or s.started_on <= p.started_on) and (s.ended_on is null or s.ended_on > p.started_on)
    ) as at_start,
    bool_or(
      (s.started_on is null or s.started_on < p.ended_on) and (s.ended_on is null or s.ended_on >= p.ended_on)
    ) as at_end
  from care_periods as p
  join immigration_statuses as s on s.person_id = p.person_id
  where s.status = 'uasc'
  group by p.care_period_id
),
initial_form as (
  select p.care_period_id, min(h.requested_on) as initial_health_requested_on
  from care_periods as p
  join health_checks as h on h.person_id = p.person_id and h.requested_on >= p.started_on
  where h.type = 'initial_health'
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
  c.date_of_birth, a.placed_for_adoption_on, i.initial_health_on, f.initial_health_requested_on,
  coalesce(u.at_start, false) as uasc_at_start, coalesce(u.at_end, false) as uasc_at_end,
  coalesce(s.remand_at_start, false) as remand_at_start,
  coalesce('family ' || c.family_id, 'child ' || p.person_id) as family
from care_periods as p
left join statuses as s on s.care_period_id = p.care_period_id
left join adoption as a on a.care_period_id = p.care_period_id
left join initial_health as i on i.care_period_id = p.care_period_id
left join initial_form as f on f.care_period_id = p.care_period_id
left join uasc as u on u.care_period_id = p.care_period_id
left join children as c on c.child_id = p.child_id
where s.only_respite is not true
