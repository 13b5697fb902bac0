-- The social worker who holds each child on the day, the latest to have started of several.
with held as (
  select person_id, worker_id,
    row_number() over (partition by person_id order by started_on desc, allocation_id desc) as choice
  from allocations
  where role = 'social_worker' and started_on <= run_as_at and (ended_on is null or ended_on > run_as_at)
)
select person_id, worker_id
from held
where choice = 1
