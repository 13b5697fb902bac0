-- Assessments that were started or completed in the window, or are not yet completed. An open one is shown under the team and
-- worker who hold the child on the day, a completed one under its own.
select
  a.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  coalesce(c.disabled, d.disabled) as "Does the Child have a Disability",
  a.started_on as "Continuous Assessment Start Date",
  a.child_seen as "Child Seen During Continuous Assessment",
  a.completed_on as "Continuous Assessment Date of Authorisation",
  coalesce(
    case when a.completed_on is not null then a.outcome not in ('no_further_action', 'early_help') end,
    case when a.completed_on is not null then not a.no_further_action end
  ) as "Was the child assessed as requiring LA children's social care support?",
  coalesce(case when a.completed_on is null then q.team end, a.team) as "Allocated Team",
  coalesce(case when a.completed_on is null then w.worker_id end, a.worker_id) as "Allocated Worker"
from assessments as a
left join teams as q on q.person_id = a.person_id
left join social_workers as w on w.person_id = a.person_id
left join children as c on c.child_id = a.child_id
left join disabled_children as d on d.child_id = a.child_id
where a.started_on >= window_start or a.completed_on is null or a.completed_on >= window_start
