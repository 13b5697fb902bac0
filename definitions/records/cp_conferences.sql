-- Initial conferences, those for children who moved in on another authority's plan left out.
with attendances as (
  select conference_id,
    bool_or(agency = 'police' and attended) as police,
    bool_or(agency = 'education' and attended) as education,
    bool_or(agency = 'health' and attended) as health,
    bool_or(agency = 'gp' and (attended or contributed)) as gp
  from conference_attendances
  group by conference_id
)
select
  c.conference_id, c.child_id, c.person_id, c.held_on, c.team,
  coalesce(s.strategy_discussion_on, d.held_on, s.started_on) as clock_from,
  coalesce('meeting ' || c.meeting_id, 'conference ' || c.conference_id) as meeting,
  coalesce('family ' || k.family_id, 'child ' || c.person_id) as family,
  coalesce(a.police, false) as police_attended,
  coalesce(a.education, false) as education_attended,
  coalesce(a.health, false) as health_attended,
  coalesce(a.gp, false) as gp_took_part
from cp_conferences as c
left join s47_enquiries as s on s.enquiry_id = c.enquiry_id
left join strategy_discussions as d on d.discussion_id = s.discussion_id
left join children as k on k.child_id = c.child_id
left join attendances as a on a.conference_id = c.conference_id
where c.transfer_in is not true
