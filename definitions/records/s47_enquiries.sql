-- The conference's clock starts at the strategy discussion, else at the enquiry itself. A child is already on a plan or in
-- care if that began before the day on which the enquiry started and lasted on it.
with conferences as (
  select enquiry_id, min(held_on) as conference_held_on
  from cp_conferences
  where enquiry_id is not null
  group by enquiry_id
),
planned as (
  select s.enquiry_id
  from s47_enquiries as s
  join cp_plans as p
    on p.person_id = s.person_id
   and p.started_on < s.started_on
   and (p.ended_on is null or p.ended_on > s.started_on)
  where p.other_authority is not true
  group by s.enquiry_id
),
cared_for as (
  select s.enquiry_id
  from s47_enquiries as s
  join looked_after as l
    on l.person_id = s.person_id
   and l.started_on < s.started_on
   and (l.ended_on is null or l.ended_on > s.started_on)
  group by s.enquiry_id
)
select
  s.enquiry_id, s.child_id, s.person_id, s.started_on, s.completed_on, s.outcome, s.team,
  coalesce('investigation ' || s.investigation_id, 'enquiry ' || s.enquiry_id) as investigation,
  coalesce(s.strategy_discussion_on, d.held_on, s.started_on) as conference_clock_from,
  c.enquiry_id is not null as has_conference,
  c.conference_held_on,
  p.enquiry_id is not null as on_plan,
  l.enquiry_id is not null as in_care
from s47_enquiries as s
left join strategy_discussions as d on d.discussion_id = s.discussion_id
left join conferences as c on c.enquiry_id = s.enquiry_id
left join planned as p on p.enquiry_id = s.enquiry_id
left join cared_for as l on l.enquiry_id = s.enquiry_id
