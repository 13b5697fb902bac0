select
  a.assessment_id, a.child_id, a.person_id, a.referral_id, a.started_on, a.completed_on, a.outcome, a.team,
  r.received_on as referral_received_on
from assessments as a
left join referrals as r on r.referral_id = a.referral_id
