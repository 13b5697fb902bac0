-- Contacts received in the window: one row for each child in each.
select
  k.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  k.received_on as "Date of Contact",
  k.source as "Contact Source"
from contacts as k
left join children as c on c.child_id = k.child_id
where k.received_on between window_start and run_as_at
