-- Episodes of need: referrals that were not closed without further action. A child in need plan that lasts longer than all of
-- them stands for one itself: the child is in receipt of services as long as the plan is open.
with episodes as (
  select referral_id, child_id, person_id, received_on, closed_on, close_reason, primary_need, team, worker_id
  from referrals
  where no_further_action is not true
),
within as (
  select p.plan_id
  from cin_plans as p
  join episodes as e
    on e.person_id = p.person_id
   and e.received_on <= coalesce(p.ended_on, run_as_at)
   and (e.closed_on is null or e.closed_on >= p.ended_on or (p.ended_on is null and e.closed_on > run_as_at))
  group by p.plan_id
)
select 'referral ' || referral_id as need_id, child_id, person_id, received_on as started_on, closed_on as ended_on,
  close_reason, primary_need, team, worker_id
from episodes
union all
select 'plan ' || p.plan_id as need_id, p.child_id, p.person_id, p.started_on, p.ended_on,
  null as close_reason, null as primary_need, p.team, p.worker_id
from cin_plans as p
left join within as w on w.plan_id = p.plan_id
where w.plan_id is null
