-- An episode of need (a referral that was not closed without further action), cut wherever the child comes to have a child in
-- need plan or no longer has one.
with episodes as (
  select referral_id, child_id, person_id, received_on as started_on, closed_on as ended_on, team
  from referrals
  where no_further_action is not true
),
days as (
  select referral_id, started_on as day from episodes
  union
  select e.referral_id, p.started_on as day
  from episodes as e
  join cin_plans as p on p.person_id = e.person_id and p.started_on > e.started_on
  where e.ended_on is null or p.started_on < e.ended_on
  union
  select e.referral_id, p.ended_on as day
  from episodes as e
  join cin_plans as p on p.person_id = e.person_id and p.ended_on > e.started_on
  where e.ended_on is null or p.ended_on < e.ended_on
),
pieces as (
  select referral_id, day as from_day, lead(day) over (partition by referral_id order by day) as next_day
  from days
),
planned as (
  select c.referral_id, c.from_day, count(*) as plans
  from pieces as c
  join episodes as e on e.referral_id = c.referral_id
  join cin_plans as p
    on p.person_id = e.person_id and p.started_on <= c.from_day and (p.ended_on is null or p.ended_on > c.from_day)
  group by c.referral_id, c.from_day
)
select
  e.referral_id, e.child_id, e.person_id, e.started_on, e.team, p.plans is not null as with_plan,
  c.from_day, coalesce(c.next_day, e.ended_on) as until_day
from pieces as c
join episodes as e on e.referral_id = c.referral_id
left join planned as p on p.referral_id = c.referral_id and p.from_day = c.from_day
