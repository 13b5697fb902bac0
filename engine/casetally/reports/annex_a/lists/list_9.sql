-- Young people whose leaving-care support is open, with the latest that was recorded of each (0 is no information).
with spells as (
  select child_id, person_id, eligibility, personal_adviser, formerly_uasc, team,
    row_number() over (partition by child_id order by started_on desc nulls last) as choice
  from care_leavers
  where (started_on is null or started_on <= run_as_at) and (ended_on is null or ended_on > run_as_at)
),
advisers as (
  select person_id, worker_id,
    row_number() over (partition by person_id order by started_on desc, allocation_id desc) as choice
  from allocations
  where role = 'personal_adviser' and started_on <= run_as_at and (ended_on is null or ended_on > run_as_at)
),
records as (
  select person_id, recorded_on, in_touch, accommodation, suitable, activity,
    row_number() over (partition by person_id order by recorded_on desc, child_id) as choice
  from care_leaver_contacts
),
plans as (
  select person_id, max(reviewed_on) as reviewed_on from pathway_plans group by person_id
),
uasc as (
  select person_id, bool_or(status = 'uasc') as ever
  from immigration_statuses
  where started_on is null or started_on <= run_as_at
  group by person_id
)
select
  l.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  coalesce(l.formerly_uasc, u.ever is true)
    as "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  coalesce(q.team, l.team) as "Allocated Team",
  w.worker_id as "Allocated Worker",
  coalesce(l.personal_adviser, a.worker_id) as "Allocated Personal Advisor",
  l.eligibility as "Eligibility Category",
  p.reviewed_on as "Latest Pathway Plan Review Date",
  r.in_touch as "LA in Touch",
  r.recorded_on as "Latest Date of Contact",
  case when r.accommodation <> '0' then r.accommodation end as "Type of Accommodation",
  r.suitable as "Suitability of Accommodation",
  case when r.activity <> '0' then r.activity end as "Activity Status"
from spells as l
left join records as r on r.person_id = l.person_id and r.choice = 1
left join plans as p on p.person_id = l.person_id
left join uasc as u on u.person_id = l.person_id
left join advisers as a on a.person_id = l.person_id and a.choice = 1
left join teams as q on q.person_id = l.person_id
left join social_workers as w on w.person_id = l.person_id
left join children as c on c.child_id = l.child_id
left join disabled_children as d on d.child_id = l.child_id
where l.choice = 1
