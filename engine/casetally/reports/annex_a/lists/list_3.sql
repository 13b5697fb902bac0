-- Referrals received in the window, each with the number of earlier ones in the 12 months before it: 0 where it is no
-- re-referral. Several of one day do not come before each other.
with earlier as (
  select r.referral_id, count(*) as referrals
  from referrals as r
  join referrals as e
    on e.person_id = r.person_id
   and e.received_on < r.received_on
   and r.received_on <= months_after(e.received_on, 12)
  group by r.referral_id
)
select
  r.child_id as "Child Unique ID",
  coalesce(c.sex, c.gender) as "Gender",
  c.ethnicity as "Ethnicity",
  c.date_of_birth as "Date of Birth",
  age_on(c.date_of_birth, run_as_at) as "Age of Child (Years)",
  r.received_on as "Date of referral",
  r.source as "Referral Source",
  r.no_further_action as "Referral NFA?",
  case when e.referrals is null then 0 else e.referrals end as "Number of Referrals in Last 12 Months",
  r.team as "Allocated Team",
  r.worker_id as "Allocated Worker"
from referrals as r
left join earlier as e on e.referral_id = r.referral_id
left join children as c on c.child_id = r.child_id
where r.received_on between window_start and run_as_at
