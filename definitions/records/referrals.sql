-- Each referral with what came before it for the same child: several on one day do not come before each other.
with earlier_closed as (
  select this.referral_id, max(earlier.closed_on) as previous_closed_on
  from referrals as this
  join referrals as earlier
    on earlier.person_id = this.person_id
   and earlier.received_on < this.received_on
   and earlier.closed_on <= this.received_on
  group by this.referral_id
)
select
  r.referral_id, r.child_id, r.person_id, r.received_on, r.decided_on, r.allocated_on, r.closed_on, r.source,
  r.primary_need, r.outcome, r.no_further_action, r.team,
  max(r.received_on) over (
    partition by r.person_id order by r.received_on groups between unbounded preceding and 1 preceding
  ) as previous_received_on,
  e.previous_closed_on
from referrals as r
left join earlier_closed as e on e.referral_id = r.referral_id
