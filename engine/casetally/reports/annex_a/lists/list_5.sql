-- Section 47 enquiries whose strategy discussion lies in the window. The list dates an enquiry by its discussion; where none is
-- known, by its own start. The two numbers count what came before that day, in the 12 months up to it.
with enquiries as (
  select s.enquiry_id, s.child_id, s.person_id, s.completed_on, s.outcome, s.team, s.worker_id,
    coalesce(s.strategy_discussion_on, d.held_on, s.started_on) as began_on
  from s47_enquiries as s
  left join strategy_discussions as d on d.discussion_id = s.discussion_id
),
initial as (
  select conference_id, enquiry_id, person_id, held_on, plan_agreed
  from cp_conferences
  where transfer_in is not true
),
conferences as (
  select enquiry_id, min(held_on) as held_on, bool_or(plan_agreed) as plan_agreed
  from initial
  where enquiry_id is not null
  group by enquiry_id
),
earlier_enquiries as (
  select s.enquiry_id, count(*) as enquiries
  from enquiries as s
  join enquiries as e
    on e.person_id = s.person_id and e.began_on < s.began_on and s.began_on <= months_after(e.began_on, 12)
  group by s.enquiry_id
),
earlier_conferences as (
  select s.enquiry_id, count(*) as conferences
  from enquiries as s
  join initial as e
    on e.person_id = s.person_id and e.held_on < s.began_on and s.began_on <= months_after(e.held_on, 12)
  group by s.enquiry_id
)
select
  s.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  s.began_on as "Strategy discussion initiating Section 47 Enquiry Start Date",
  case when s.outcome = 'icpc' or k.enquiry_id is not null then false when s.completed_on is not null and s.outcome is not null
    then true end as "Was an Initial Child Protection Conference deemed unnecessary?",
  k.held_on as "Date of Initial Child Protection Conference",
  case when k.held_on is not null then k.plan_agreed end
    as "Did the Initial Child Protection Conference Result in a Child Protection Plan",
  case when e.enquiries is null then 0 else e.enquiries end as "Number of Section 47 Enquiries in the last 12 months",
  case when i.conferences is null then 0 else i.conferences end as "Number of ICPCs in the last 12 months",
  s.team as "Allocated Team",
  s.worker_id as "Allocated Worker"
from enquiries as s
left join conferences as k on k.enquiry_id = s.enquiry_id
left join earlier_enquiries as e on e.enquiry_id = s.enquiry_id
left join earlier_conferences as i on i.enquiry_id = s.enquiry_id
left join children as c on c.child_id = s.child_id
left join disabled_children as d on d.child_id = s.child_id
where s.began_on between window_start and run_as_at
