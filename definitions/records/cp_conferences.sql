-- Initial conferences, those for children who moved in on another authority's plan left out.
select
  c.conference_id, c.child_id, c.person_id, c.held_on, c.team,
  coalesce(s.strategy_discussion_on, d.held_on, s.started_on) as clock_from
from cp_conferences as c
left join s47_enquiries as s on s.enquiry_id = c.enquiry_id
left join strategy_discussions as d on d.discussion_id = s.discussion_id
where c.transfer_in is not true
