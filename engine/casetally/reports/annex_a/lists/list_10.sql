-- Paths to adoption: those still open, and those that ended in the window by an adoption order or by a decision reversed. A path
-- whose period of care ended before the window, and one that ended in another order, is not among them.
with decided as (
  select child_id, person_id, care_period_id, decided_on, placement_order_on, matched_on, placed_on, order_on, reversed_on
  from permanence
  where (decided_on is not null or placed_on is not null or (order_on is not null and order_type = 'adoption'))
    and (order_on is null or order_type is null or order_type = 'adoption')
),
paths as (
  select *, coalesce(decided_on, placed_on, order_on) as known_on
  from decided
  where (order_on is null or order_on >= window_start) and (reversed_on is null or reversed_on >= window_start)
),
periods as (
  select f.child_id, f.known_on, f.care_period_id, p.care_period_id as period_id, p.started_on, p.ended_on,
    row_number() over (
      partition by f.child_id, f.known_on, f.care_period_id order by p.started_on desc, p.care_period_id desc
    ) as choice
  from paths as f
  join care_periods as p
    on p.person_id = f.person_id
   and (p.care_period_id = f.care_period_id or (f.care_period_id is null and p.started_on <= f.known_on))
),
fostering as (
  select care_period_id, min(started_on) as started_on
  from placements
  where type in ('U2', 'U5')
  group by care_period_id
)
select
  f.child_id as "Child Unique ID",
  c.family_id as "Family identifier",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  p.started_on as "Date the Child Entered Care",
  f.decided_on as "Date of Decision that Child Should be Placed for Adoption",
  f.placement_order_on as "Date of Placement Order",
  f.matched_on as "Date of Matching Child and Prospective Adopters",
  f.placed_on as "Date Placed for Adoption",
  f.order_on as "Date of Adoption Order",
  f.reversed_on as "Date of Decision that Child Should No Longer be Placed for Adoption",
  a.started_on as "Date the child was placed for fostering in FFA or concurrent planning placement"
from paths as f
left join periods as p
  on p.child_id = f.child_id and p.known_on = f.known_on and p.choice = 1
 and (p.care_period_id = f.care_period_id or (p.care_period_id is null and f.care_period_id is null))
left join fostering as a on a.care_period_id = p.period_id
left join children as c on c.child_id = f.child_id
left join disabled_children as d on d.child_id = f.child_id
where p.ended_on is null or p.ended_on >= window_start
