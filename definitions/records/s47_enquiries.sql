-- The conference's clock starts at the strategy discussion, else at the enquiry itself.
with conferences as (
  select enquiry_id, min(held_on) as conference_held_on
  from cp_conferences
  where enquiry_id is not null
  group by enquiry_id
)
select
  s.enquiry_id, s.child_id, s.person_id, s.started_on, s.completed_on, s.outcome, s.team,
  coalesce('investigation ' || s.investigation_id, 'enquiry ' || s.enquiry_id) as investigation,
  coalesce(s.strategy_discussion_on, d.held_on, s.started_on) as conference_clock_from,
  c.enquiry_id is not null as has_conference,
  c.conference_held_on
from s47_enquiries as s
left join strategy_discussions as d on d.discussion_id = s.discussion_id
left join conferences as c on c.enquiry_id = s.enquiry_id
