-- Early help assessments that were started or completed in the window, or are not yet completed.
select
  a.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  a.started_on as "Assessment start date",
  a.completed_on as "Assessment completion date",
  coalesce(
    a.organisation,
    case a.initiated_by when 'authority' then 'The authority''s own team' when 'external' then 'An external agency' end
  ) as "Organisation completing assessment"
from early_help_assessments as a
left join children as c on c.child_id = a.child_id
where a.started_on >= window_start or a.completed_on is null or a.completed_on >= window_start
