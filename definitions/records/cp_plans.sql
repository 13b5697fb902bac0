-- Plans of this authority, each with the child's earlier plans here. A child without a family stands alone.
with plans as (
  select plan_id, child_id, person_id, started_on, ended_on, initial_category, latest_category, previous_plans, team
  from cp_plans
  where other_authority is not true
),
earlier_ended as (
  select this.plan_id, max(earlier.ended_on) as previous_ended_on
  from plans as this
  join plans as earlier
    on earlier.person_id = this.person_id
   and earlier.started_on < this.started_on
   and earlier.ended_on <= this.started_on
  group by this.plan_id
)
select
  p.plan_id, p.child_id, p.person_id, p.started_on, p.ended_on, p.initial_category, p.latest_category, p.previous_plans,
  p.team,
  max(p.started_on) over (
    partition by p.person_id order by p.started_on groups between unbounded preceding and 1 preceding
  ) as previous_started_on,
  e.previous_ended_on,
  coalesce('family ' || c.family_id, 'child ' || p.person_id) as family
from plans as p
left join earlier_ended as e on e.plan_id = p.plan_id
left join children as c on c.child_id = p.child_id
