-- Placements of looked after children in order. A change of status with the same carer is not a new placement: such rows
-- share one `stay`, which starts with the first of them.
with ordered as (
  select
    p.placement_id, p.care_period_id, p.child_id, p.person_id, p.started_on, p.ended_on, p.type, p.provider,
    p.distance_miles, p.in_authority, p.intended_to_18, p.carer_id,
    lag(p.carer_id) over (partition by p.care_period_id order by p.started_on, p.placement_id) as previous_carer_id,
    lag(p.ended_on) over (partition by p.care_period_id order by p.started_on, p.placement_id) as previous_ended_on
  from placements as p
  join looked_after as l on l.care_period_id = p.care_period_id
),
marked as (
  select *,
    case when carer_id = previous_carer_id and previous_ended_on = started_on then 0 else 1 end as begins_a_stay
  from ordered
),
numbered as (
  select *,
    sum(begins_a_stay) over (partition by care_period_id order by started_on, placement_id) as stay
  from marked
),
stays as (
  select care_period_id, stay, min(started_on) as stay_started_on
  from numbered
  group by care_period_id, stay
)
select
  n.placement_id, n.care_period_id, n.child_id, n.person_id, n.started_on, n.ended_on, n.type, n.provider,
  n.distance_miles, n.in_authority, n.intended_to_18, n.begins_a_stay = 1 as is_new, n.stay, s.stay_started_on,
  before.stay_started_on as previous_stay_started_on
from numbered as n
join stays as s on s.care_period_id = n.care_period_id and s.stay = n.stay
left join stays as before on before.care_period_id = n.care_period_id and before.stay = n.stay - 1
